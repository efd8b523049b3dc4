package dev.parley.node.dht;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Address;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.PeerAddress;
import dev.parley.SendOptions;
import dev.parley.dht.AddressPolicy;
import dev.parley.dht.wire.WebSocketEndpoint;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** A validly signed listing that has its readers send a request to a server of theirs. */
@Timeout(60)
class AimedListingIT {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** Where nobody is. */
  private static final Address LAN = Address.tcp("10.255.255.1", 7400);

  private final List<AgentNode> nodes = new ArrayList<>();
  private final Queue<String> requests = new ConcurrentLinkedQueue<>();
  private final DisposableServer victim =
      HttpServer.create()
          .host("127.0.0.1")
          .port(0)
          .handle(
              (request, response) -> {
                requests.add(request.uri());
                return response.status(204).send();
              })
          .bindNow();
  private PeerAddress seed;

  @BeforeEach
  void startSeed() {
    AgentNode node = start(node().listen("127.0.0.1", 0).with(Dht.defaults()));
    node.online().block(LIMIT);
    seed = new PeerAddress(node.id(), node.addresses().get(0));
  }

  @AfterEach
  void close() {
    Flux.fromIterable(nodes).flatMap(AgentNode::closeLater).blockLast(LIMIT);
    victim.disposeNow(LIMIT);
  }

  private static AgentNodeBuilder node() {
    return AgentNode.builder().identity(Identity.generate()).network("aimed");
  }

  private AgentNode start(AgentNodeBuilder builder) {
    AgentNode node = builder.start().block(LIMIT);
    nodes.add(node);
    return node;
  }

  /** An agent that nobody has a link to, and whose listing names the victim. */
  private AgentNode mallory(String path) {
    AgentNode mallory = start(node().with(Dht.seeds(seed)));
    mallory.online().block(LIMIT);
    WebSocketEndpoint aim = new WebSocketEndpoint("127.0.0.1", victim.port(), path);
    Dht.of(mallory).control().publish(List.of(aim)).block(LIMIT);
    return mallory;
  }

  /** Neither listens, so that there is no other way to mallory than what the listing says. */
  private void doesNotDial(AgentNode alice, AgentNode mallory) {
    alice.online().block(LIMIT);
    Mono<Message> call =
        alice.send(mallory.id(), Message.text("hello"), SendOptions.timeout(LIMIT));

    assertThatThrownBy(() -> call.block(LIMIT))
        .isInstanceOfSatisfying(
            MessagingException.class,
            e ->
                assertThat(e.trail().steps())
                    .as("the listing was found")
                    .anyMatch(step -> step.outcome().startsWith("1 addresses")));
    assertThat(requests).isEmpty();
  }

  @Test
  void nobodySendsARequestToAPathThatAStrangerChose() {
    AgentNode alice = start(node().with(Dht.seeds(seed)));

    doesNotDial(alice, mallory("/admin/shutdown"));
  }

  @Test
  void aNodeOfALanSendsNoRequestWithinItsMachine() {
    AgentNode alice =
        start(
            node()
                .with(
                    Dht.builder()
                        .seed(seed)
                        .seed(new PeerAddress(Identity.generate().id(), LAN))
                        .addressPolicy(AddressPolicy.LAN)
                        .build()));

    doesNotDial(alice, mallory("/parley"));
  }
}
