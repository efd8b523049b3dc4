package dev.parley.dht.life;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dht.DhtOptions;
import dev.parley.dht.Outcome;
import dev.parley.dht.ResolveOptions;
import dev.parley.dht.node.Environments;
import dev.parley.dht.node.Nodes;
import dev.parley.dht.node.StubRpc;
import dev.parley.dht.port.CallOptions;
import dev.parley.dht.port.Caller;
import dev.parley.dht.port.Finding;
import dev.parley.dht.port.LinkState;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.NodeKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** That an agent is gone is never old news to whoever asks, and asking again and again is cheap. */
class BadNewsTest {
  private static final IpEndpoint HERE = IpEndpoint.v4(0x2e000001, 7400);
  private static final long NOW_MICROS = Nodes.WALL * 1000;
  private static final Duration MOMENT = Duration.ofMillis(100);

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final Nodes nodes = new Nodes(17);
  private final List<Contact> seeds = nodes.contacts(12);
  private final Network rpc = new Network();
  private final NodeKey bob = nodes.key();
  private final KademliaNode node =
      KademliaNode.create(
          Nodes.ALICE_KEY,
          DhtOptions.builder().mode(DhtOptions.Mode.SERVER).build(),
          Environments.of(time, nodes.random(), rpc));

  /** Nodes that answer, each with the listing that a test gives it. */
  private static final class Network extends StubRpc {
    final Map<NodeKey, AgentListing> held = new HashMap<>();
    int gets;

    Network() {
      state = LinkState.WARM;
    }

    @Override
    public Mono<DhtAnswer> call(Contact to, DhtRequest request, CallOptions options) {
      if (request instanceof DhtRequest.Get) {
        gets++;
        return Mono.just(new DhtAnswer.Got(held.get(to.key()), 0, 0, List.of()));
      }
      return Mono.just(
          request instanceof DhtRequest.Ping
              ? new DhtAnswer.Pong(HERE, 1, 0)
              : new DhtAnswer.Nodes(List.of()));
    }
  }

  @BeforeEach
  void join() {
    node.start(seeds, List.of(HERE)).subscribe();
    pass(Duration.ofSeconds(5));
  }

  private void pass(Duration duration) {
    time.advanceTimeBy(duration);
  }

  private void everybodyHolds(@Nullable AgentListing listing) {
    seeds.forEach(seed -> rpc.held.put(seed.key(), listing));
  }

  private static AgentListing at(NodeKey agent, long sequence, IpEndpoint... where) {
    return Nodes.listing(agent, NOW_MICROS + sequence, where);
  }

  /** What is said within a moment; empty where it takes longer. */
  private List<Finding> resolve(ResolveOptions options) {
    List<Finding> said = new ArrayList<>();
    node.find(bob, options).subscribe(said::add);
    pass(MOMENT);
    return said;
  }

  private Finding lastOf(ResolveOptions options) {
    List<Finding> said = new ArrayList<>();
    node.find(bob, options).subscribe(said::add);
    pass(Duration.ofSeconds(2));
    return said.get(said.size() - 1);
  }

  @Test
  void aFarewellInTheCacheIsCheckedBeforeItIsTold() {
    everybodyHolds(at(bob, 1));
    assertThat(lastOf(ResolveOptions.defaults()).hasLeft()).isTrue();
    everybodyHolds(at(bob, 2, HERE));

    List<Finding> said = resolve(ResolveOptions.defaults());

    assertThat(said).hasSize(1);
    assertThat(said.get(0).hasLeft()).isFalse();
    assertThat(said.get(0).endpoints()).isEqualTo(List.of(HERE));
  }

  @Test
  void thatNobodyKnowsAnAgentIsCheckedBeforeItIsTold() {
    assertThat(lastOf(ResolveOptions.defaults()).outcome()).isEqualTo(Outcome.NOT_FOUND);
    everybodyHolds(at(bob, 1, HERE));

    assertThat(resolve(ResolveOptions.defaults())).singleElement().matches(r -> !r.hasLeft());
  }

  @Test
  void whoeverCallsOnceASecondHearsThatItIsBackWithinASecond() {
    everybodyHolds(at(bob, 1));
    for (int i = 0; i < 10; i++) {
      lastOf(ResolveOptions.defaults());
    }
    lastOf(ResolveOptions.defaults());
    everybodyHolds(at(bob, 2, HERE));

    assertThat(resolve(ResolveOptions.defaults()).get(0).hasLeft()).isFalse();
  }

  @Test
  void callsInALoopCostALookupASecond() {
    everybodyHolds(at(bob, 1));
    resolve(ResolveOptions.defaults());
    int once = rpc.gets;
    List<Finding> said = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      ResolveOptions how = i % 2 == 0 ? ResolveOptions.defaults() : ResolveOptions.freshEnough();
      node.find(bob, how).subscribe(said::add);
      pass(Duration.ofMillis(1));
    }
    pass(Duration.ofSeconds(2));

    assertThat(said).hasSize(10_000).allMatch(Finding::hasLeft);
    assertThat(rpc.gets).isLessThanOrEqualTo(12 * once);
  }

  @Test
  void whoInsistsIsNotKeptWaitingByThoseWhoDoNot() {
    everybodyHolds(at(bob, 1));
    resolve(ResolveOptions.defaults());
    pass(Duration.ofMillis(600));
    assertThat(resolve(ResolveOptions.defaults())).as("waits for its turn").isEmpty();

    assertThat(resolve(ResolveOptions.fresh())).hasSize(1);
  }

  @Test
  void aWaitThatNobodyIsInterestedInEnds() {
    everybodyHolds(at(bob, 1));
    resolve(ResolveOptions.defaults());
    pass(Duration.ofMillis(600));
    int before = rpc.gets;
    Disposable waiting = node.find(bob, ResolveOptions.defaults()).subscribe();
    pass(MOMENT);
    waiting.dispose();
    pass(Duration.ofSeconds(5));

    assertThat(rpc.gets).isEqualTo(before);
    AtomicInteger lookups = new AtomicInteger(-1);
    node.snapshot().subscribe(snapshot -> lookups.set(snapshot.lookups()));
    pass(MOMENT);
    assertThat(lookups).hasValue(0);
  }

  /** The push of an old process that leaves comes after the new one has published. */
  @Test
  void aFarewellThatIsPushedIsCheckedAsWell() {
    AgentListing old = at(bob, 1, HERE);
    everybodyHolds(old);
    lastOf(ResolveOptions.defaults());
    lastOf(ResolveOptions.fresh());
    IpEndpoint there = HERE.withPort(7401);
    everybodyHolds(at(bob, 50, there));
    Caller from = new Caller(bob, HERE);
    node.answer(from, new DhtRequest.Put(0, at(bob, 2)), 1000).subscribe();
    pass(Duration.ofMillis(1));

    assertThat(lastOf(ResolveOptions.defaults()).endpoints()).isEqualTo(List.of(there));
  }

  @Test
  void oneHolderThatHasMissedTheReturnIsNotBelieved() {
    Contact nearest = Nodes.sorted(seeds, bob.id()).get(0);
    everybodyHolds(at(bob, 2, HERE));
    seeds.subList(0, 2).forEach(seed -> rpc.held.put(seed.key(), at(bob, 1)));
    rpc.held.put(nearest.key(), at(bob, 1));

    for (Finding each : resolve(ResolveOptions.fresh())) {
      assertThat(each.hasLeft()).isFalse();
    }
  }

  @Test
  void whatIsKnownToBeNewerIsToldInsteadOfWhatIsFound() {
    everybodyHolds(at(bob, 1, HERE));
    lastOf(ResolveOptions.defaults());
    IpEndpoint there = HERE.withPort(7401);
    Caller from = new Caller(bob, HERE);
    node.answer(from, new DhtRequest.Put(0, at(bob, 2, there)), 1000).subscribe();
    pass(Duration.ofMillis(1));

    assertThat(lastOf(ResolveOptions.fresh()).endpoints()).isEqualTo(List.of(there));
  }
}
