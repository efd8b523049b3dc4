package dev.parley.dht.life;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dht.DhtEvent;
import dev.parley.dht.DhtOptions;
import dev.parley.dht.node.Environments;
import dev.parley.dht.node.Nodes;
import dev.parley.dht.node.StubRpc;
import dev.parley.dht.port.CallOptions;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.IpEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** How a node finds out whether, and where, others can dial it. */
class ReachabilityTest {
  private static final IpEndpoint OWN = IpEndpoint.v4(0x2e000001, 7400);
  private static final IpEndpoint OUTER = IpEndpoint.v4(0x2f000001, 7400);

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final Nodes nodes = new Nodes(41);
  private final Servers rpc = new Servers();
  private final KademliaNode node =
      KademliaNode.create(
          Nodes.ALICE_KEY,
          DhtOptions.builder().serverAfter(Duration.ofMinutes(5)).build(),
          Environments.of(time, nodes.random(), rpc));
  private final List<DhtEvent> events = new ArrayList<>();

  /** Servers that see the node at an address and dial it back, or fail to. */
  private static final class Servers extends StubRpc {
    IpEndpoint seen = OWN.withPort(50_000);
    DhtAnswer.DialBackResult result = DhtAnswer.DialBackResult.REACHED;
    final List<Integer> asked = new ArrayList<>();

    @Override
    public Mono<DhtAnswer> call(Contact to, DhtRequest request, CallOptions options) {
      if (request instanceof DhtRequest.DialBack dial) {
        asked.add(dial.port());
        return Mono.just(new DhtAnswer.DialledBack(result));
      }
      return request instanceof DhtRequest.Find
          ? Mono.just(new DhtAnswer.Nodes(List.of()))
          : Mono.just(new DhtAnswer.Pong(seen, 1, 0));
    }
  }

  private void join(int servers, IpEndpoint... listen) {
    node.events().subscribe(events::add);
    node.start(nodes.contacts(servers), List.of(listen)).subscribe();
    time.advanceTimeBy(Duration.ofSeconds(1));
  }

  private List<IpEndpoint> confirmed() {
    return events.stream()
        .filter(DhtEvent.AddressConfirmed.class::isInstance)
        .map(e -> IpEndpoint.from(((DhtEvent.AddressConfirmed) e).address()))
        .toList();
  }

  @Test
  void oneServerConfirmsAnAddressOfTheMachinesOwnAtOnce() {
    join(1, OWN);

    assertThat(rpc.asked).containsExactly(7400);
    assertThat(confirmed()).containsExactly(OWN);
    time.advanceTimeBy(Duration.ofMinutes(30));
    assertThat(node.stats().server()).as("that takes three networks").isFalse();
  }

  @Test
  void anAddressThatIsOnlySeenNeedsThreeVotes() {
    rpc.seen = OUTER.withPort(50_000);
    join(2, OWN);
    time.advanceTimeBy(Duration.ofMinutes(1));
    assertThat(rpc.asked).isEmpty();
    assertThat(confirmed()).isEmpty();
  }

  @Test
  void threeVotesAndADialConfirmAnAddressBehindARouter() {
    rpc.seen = OUTER.withPort(50_000);
    join(3, OWN);

    assertThat(confirmed()).containsExactly(OUTER);
    time.advanceTimeBy(Duration.ofMinutes(6));
    assertThat(node.stats().server()).isTrue();
  }

  @Test
  void whatNobodyCanDialIsNotConfirmedAndAskedForLessAndLess() {
    rpc.result = DhtAnswer.DialBackResult.TIMEOUT;
    join(1, OWN);
    time.advanceTimeBy(Duration.ofHours(1));

    assertThat(confirmed()).isEmpty();
    assertThat(rpc.asked).hasSizeBetween(5, 12);
    assertThat(node.stats().server()).isFalse();
  }

  @Test
  void aServerThatCanNoLongerBeDialledIsAClientAgain() {
    join(3, OWN);
    time.advanceTimeBy(Duration.ofMinutes(6));
    assertThat(node.stats().server()).isTrue();

    rpc.result = DhtAnswer.DialBackResult.REFUSED;
    time.advanceTimeBy(Duration.ofMinutes(21));

    assertThat(node.stats().server()).isFalse();
    assertThat(events).contains(new DhtEvent.ModeChanged(true), new DhtEvent.ModeChanged(false));
  }
}
