package dev.parley.node.dht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Address;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.PeerAddress;
import dev.parley.SendOptions;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Real nodes whose seed goes away and comes back, knowing nobody. */
@Timeout(180)
class ReunionIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration HEALED = Duration.ofSeconds(75);

  private final List<AgentNode> nodes = new ArrayList<>();
  private final Identity seed = Identity.generate();

  @AfterEach
  void close() {
    Flux.fromIterable(nodes).flatMap(AgentNode::closeLater).blockLast(LIMIT);
  }

  private static AgentNodeBuilder node(Identity who, int port) {
    return AgentNode.builder()
        .identity(who)
        .network("reunion")
        .listen("127.0.0.1", port)
        .receive(in -> Mono.just(in.message()));
  }

  private AgentNode start(AgentNodeBuilder builder) {
    AgentNode node = builder.start().block(LIMIT);
    nodes.add(node);
    return node;
  }

  private AgentNode startSeed(int port) {
    return start(node(seed, port).with(Dht.defaults()));
  }

  private AgentNode join(PeerAddress first, PeerAddress... more) {
    Dht.Builder dht =
        Dht.builder()
            .seed(first)
            .options(o -> o.upkeep(u -> u.maintenanceInterval(Duration.ofSeconds(1))));
    List.of(more).forEach(dht::seed);
    return start(node(Identity.generate(), 0).with(dht.build()));
  }

  /** Waits until a node's table has lost another. */
  private static void forget(AgentNode node, AgentNode lost) {
    Flux.interval(Duration.ofMillis(50))
        .concatMap(i -> Dht.of(node).dht().snapshot())
        .filter(s -> s.contacts().stream().noneMatch(c -> c.peer().id().equals(lost.id())))
        .blockFirst(HEALED);
  }

  private static PeerAddress addressOf(AgentNode node) {
    return new PeerAddress(node.id(), node.addresses().get(0));
  }

  /** Sends until it arrives, as somebody who needs the peer does. */
  private static void reaches(AgentNode from, AgentNode to) {
    String answer =
        from.send(to.id(), Message.text("hello"), SendOptions.timeout(Duration.ofSeconds(5)))
            .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, Duration.ofMillis(500)))
            .block(HEALED)
            .text();
    assertThat(answer).isEqualTo("hello");
  }

  @Test
  void newcomersReachEverybodyThroughASeedThatWasAway() {
    AgentNode first = startSeed(0);
    first.online().block(LIMIT);
    PeerAddress at = addressOf(first);
    AgentNode alice = join(at);
    AgentNode bob = join(at);
    alice.online().then(bob.online()).block(LIMIT);
    reaches(alice, bob);
    first.close();
    forget(alice, first);
    forget(bob, first);
    AgentNode back = startSeed(at.address().port());
    AgentNode carol = join(at);
    carol.online().block(LIMIT);

    reaches(carol, bob);
    reaches(alice, carol);
    reaches(back, alice);
  }

  @Test
  void twoNetworksThatShareASeedBecomeOne() {
    AgentNode known = startSeed(0); // for a port that is free
    PeerAddress away = addressOf(known);
    known.close();
    AgentNode left = join(away);
    AgentNode right = join(away);
    AgentNode alice = join(away, addressOf(left));
    AgentNode bob = join(away, addressOf(right));
    Flux.just(alice, bob, left, right).concatMap(AgentNode::online).blockLast(LIMIT);

    startSeed(away.address().port());

    reaches(alice, bob);
    reaches(bob, alice);
    reaches(left, right);
  }

  /** An address that leads nowhere does not keep the other seeds from being asked. */
  @Test
  void aSeedThatNeverComesBackIsAskedBesideTheOthers() {
    PeerAddress nowhere = new PeerAddress(Identity.generate().id(), Address.tcp("127.0.0.1", 9));
    AgentNode first = startSeed(0);
    AgentNode alice = join(nowhere, addressOf(first));
    AgentNode bob = join(nowhere, addressOf(first));

    alice.online().then(bob.online()).block(LIMIT);

    reaches(alice, bob);
  }
}
