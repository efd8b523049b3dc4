package dev.parley.dht.life;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dht.DhtOptions;
import dev.parley.dht.DhtStats;
import dev.parley.dht.node.Environments;
import dev.parley.dht.node.NodeCore;
import dev.parley.dht.node.Nodes;
import dev.parley.dht.node.StubRpc;
import dev.parley.dht.node.Unreached;
import dev.parley.dht.port.CallOptions;
import dev.parley.dht.port.Caller;
import dev.parley.dht.port.DhtEnv;
import dev.parley.dht.port.DhtRpcException;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtCodec;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.NodeKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A node is weak only where its network has more nodes than it knows. */
class HealthTest {
  private static final IpEndpoint HERE = IpEndpoint.v4(0x2e000001, 7400);

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final Nodes nodes = new Nodes(31);
  private final List<Contact> others = nodes.contacts(12);
  private final Network rpc = new Network();
  private final DhtEnv env = Environments.of(time, nodes.random(), rpc);
  private final KademliaNode node =
      KademliaNode.create(
          Nodes.ALICE_KEY, DhtOptions.builder().mode(DhtOptions.Mode.SERVER).build(), env);

  /** Nodes that tell of each other, but for those that are silent. */
  private static final class Network extends StubRpc {
    final Set<NodeKey> silent = new HashSet<>();
    List<Contact> told = List.of();

    @Override
    public Mono<DhtAnswer> call(Contact to, DhtRequest request, CallOptions options) {
      if (silent.contains(to.key())) {
        return Mono.error(new DhtRpcException(DhtRpcException.Kind.UNREACHABLE));
      }
      return Mono.just(
          request instanceof DhtRequest.Ping
              ? new DhtAnswer.Pong(HERE, 1, 0)
              : new DhtAnswer.Nodes(told));
    }
  }

  private DhtStats.Health joinThrough(List<Contact> seeds) {
    node.start(seeds, List.of(HERE)).subscribe();
    return after(Duration.ofSeconds(5));
  }

  private DhtStats.Health after(Duration duration) {
    time.advanceTimeBy(duration);
    return node.stats().health();
  }

  private void silence(List<Contact> contacts) {
    contacts.forEach(c -> rpc.silent.add(c.key()));
  }

  @Test
  void theFirstNodeOfANetworkIsAlone() {
    assertThat(joinThrough(List.of())).isEqualTo(DhtStats.Health.ALONE);
    assertThat(after(Duration.ofHours(1))).isEqualTo(DhtStats.Health.ALONE);
  }

  @Test
  void aNodeWhoseSeedsDoNotAnswerIsNotAlone() {
    silence(others);

    assertThat(joinThrough(others)).isEqualTo(DhtStats.Health.BOOTSTRAPPING);
    assertThat(after(Duration.ofHours(1))).isEqualTo(DhtStats.Health.BOOTSTRAPPING);
  }

  @Test
  void whoKnowsAllOfASmallNetworkIsWell() {
    List<Contact> one = others.subList(0, 1);
    rpc.told = one;

    assertThat(joinThrough(one)).isEqualTo(DhtStats.Health.GOOD);
    assertThat(after(Duration.ofHours(1))).isEqualTo(DhtStats.Health.GOOD);
  }

  @Test
  void whoHearsOfNodesThatItCannotReachIsWeakUntilItReachesThem() {
    rpc.told = others.subList(0, 5);
    silence(others.subList(2, 5));

    assertThat(joinThrough(others.subList(0, 2))).isEqualTo(DhtStats.Health.WEAK);
    assertThat(node.stats().unreached()).isEqualTo(3);
    assertThat(after(Duration.ofHours(1))).isEqualTo(DhtStats.Health.WEAK);

    rpc.silent.clear();
    assertThat(after(Duration.ofMinutes(15))).isEqualTo(DhtStats.Health.GOOD);
    assertThat(node.stats().unreached()).isZero();
  }

  @Test
  void isWellAgainWhenNobodyTellsOfThemAnyMore() {
    rpc.told = others.subList(0, 5);
    silence(others.subList(2, 5));
    joinThrough(others.subList(0, 2));
    rpc.told = others.subList(0, 2);

    assertThat(after(Duration.ofMinutes(15))).isEqualTo(DhtStats.Health.GOOD);
  }

  @Test
  void aStrangerThatCannotBeDialledCounts() {
    joinThrough(List.of());
    Contact stranger = nodes.contact();
    rpc.silent.add(stranger.key());
    int tag = DhtCodec.networkTag(Nodes.NETWORK);
    DhtRequest.Hello hello = new DhtRequest.Hello(tag, true, 0, stranger.addresses(), 0);
    node.answer(new Caller(stranger.key(), stranger.address()), hello, 1000).subscribe();

    assertThat(after(Duration.ofMinutes(1))).isEqualTo(DhtStats.Health.WEAK);
    assertThat(after(Duration.ofMinutes(15))).isEqualTo(DhtStats.Health.ALONE);
  }

  @Test
  void whoLosesItsSeedsIsWeak() {
    joinThrough(others.subList(0, 2));
    silence(others);

    assertThat(after(Duration.ofMinutes(30))).isEqualTo(DhtStats.Health.WEAK);
    assertThat(node.stats().contacts()).isZero();
  }

  @Test
  void whoKnowsFewOfALargeNetworkIsWeak() {
    NodeCore core = new NodeCore(Nodes.ALICE_KEY, DhtOptions.defaults(), env);
    core.setJoined();
    core.admit(others.get(0), 1, false);
    core.telemetry.measure();
    assertThat(core.telemetry.stats().health()).isEqualTo(DhtStats.Health.GOOD);
    List<Contact> large = nodes.contacts(200);
    for (int i = 0; i < 5; i++) {
      DhtKey target = nodes.key().id();
      core.size.add(target, Nodes.sorted(large, target).subList(0, 20));
    }

    core.telemetry.measure();
    assertThat(core.telemetry.stats().health()).isEqualTo(DhtStats.Health.WEAK);
    others.subList(0, DhtStats.SAFE_CONTACTS).forEach(c -> core.admit(c, 1, false));
    core.telemetry.measure();
    assertThat(core.telemetry.stats().health()).isEqualTo(DhtStats.Health.GOOD);
  }

  @Test
  void keepsABoundedNumberOfFailures() {
    Unreached unreached = new Unreached();
    List<NodeKey> keys = new ArrayList<>();
    for (int i = 0; i < 3 * Unreached.MAX_KEPT; i++) {
      keys.add(nodes.key());
      unreached.failed(keys.get(i), i);
    }

    assertThat(unreached.count(keys.size())).isEqualTo(Unreached.MAX_KEPT);
    unreached.reached(keys.get(keys.size() - 1));
    assertThat(unreached.count(keys.size())).isEqualTo(Unreached.MAX_KEPT - 1);
    assertThat(unreached.count(keys.size() + Unreached.KEPT_NANOS)).isZero();
  }
}
