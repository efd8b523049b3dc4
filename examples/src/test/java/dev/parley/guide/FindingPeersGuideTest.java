package dev.parley.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.parley.Address;
import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.PeerAddress;
import dev.parley.SendOptions;
import dev.parley.dht.AddressPolicy;
import dev.parley.dht.ResolveOptions;
import dev.parley.dht.Resolved;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import dev.parley.node.dht.Dht;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

class FindingPeersGuideTest {
  private static final Page PAGE = Page.of("finding-peers.md");
  private static final Duration LIMIT = Duration.ofSeconds(30);
  @RegisterExtension final Agents agents = new Agents();

  private static AgentNodeBuilder member() {
    return AgentNode.builder()
        .identity(Identity.generate())
        .network(Agents.NETWORK)
        .listen("127.0.0.1", 0);
  }

  @Test
  void findsAnAgentByItsKey() {
    AgentNode first = agents.start(member().with(Dht.defaults()));
    PeerAddress seed = first.peerAddress();
    AgentNode bob =
        agents.start(member().with(Dht.seeds(seed)).receive(in -> Mono.just(Message.text("here"))));
    bob.online().block(LIMIT);
    // region seed
    AgentNode alice =
        AgentNode.builder()
            .identity(Identity.generate())
            .network("auction-house")
            .with(Dht.seeds(seed)) // any node of the network; several are better
            .startNow();
    alice.online().block(); // it has joined; sends need not wait for this
    Message answer = alice.sendNow(bob.id(), Message.empty(), Duration.ofSeconds(5));
    // endregion
    agents.add(alice);
    assertThat(answer.text()).isEqualTo("here");

    // region resolve
    Resolved found = Dht.of(alice).resolve(bob.id(), ResolveOptions.fresh()).blockLast();
    System.out.println(found.outcome() + " " + found.addresses()); // FOUND [127.0.0.1:7400]
    // endregion
    assertThat(found.outcome()).hasToString("FOUND");
    assertThat(found.addresses()).hasSize(1);

    MessagingException unknown =
        (MessagingException)
            catchThrowable(
                () ->
                    alice.sendNow(
                        Identity.generate().id(), Message.empty(), Duration.ofSeconds(10)));
    assertThat(unknown.code()).isEqualTo(FailureCode.AGENT_NOT_FOUND);
    PAGE.tells(unknown.getMessage());
  }

  @Test
  void knowsWhereItCanBeDialled(@TempDir Path directory) {
    AgentNodeBuilder builder = Agents.listening();
    Path state = directory;
    // region public
    builder.listen("0.0.0.0", 0); // a fixed port, such as 7400, in production
    Dht.Builder dht =
        Dht.builder()
            .advertise(Address.parse("bob.example:7400")) // where others reach it
            .contacts(state.resolve("contacts")); // joins again when every seed is gone
    // endregion
    // region dns
    dht.seedsFrom("seeds.bob.example"); // TXT records: parley-seed=z6Mk...@HOST:PORT
    // endregion
    // region pods
    dht.addressPolicy(AddressPolicy.LAN); // pods have private addresses
    // endregion
    agents.start(builder.with(dht.build()));
  }

  @Test
  void needsNoDht() {
    AgentNode bob = agents.start(Agents.listening().receive(in -> Mono.just(in.message())));
    // region configured
    AgentNode alice =
        AgentNode.builder()
            .identity(Identity.generate())
            .network("auction-house")
            .peer(bob.peerAddress())
            .startNow();
    // endregion
    agents.add(alice);
    assertThat(alice.sendNow(bob.id(), Message.text("hi"), SendOptions.defaults()).text())
        .isEqualTo("hi");
  }
}
