package dev.parley.dht.life;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dht.DhtEvent;
import dev.parley.dht.DhtOptions;
import dev.parley.dht.DhtStats;
import dev.parley.dht.Outcome;
import dev.parley.dht.ResolveOptions;
import dev.parley.dht.node.Environments;
import dev.parley.dht.node.NodeCore;
import dev.parley.dht.node.Nodes;
import dev.parley.dht.node.StubRpc;
import dev.parley.dht.node.Telemetry;
import dev.parley.dht.port.CallOptions;
import dev.parley.dht.port.Caller;
import dev.parley.dht.port.Finding;
import dev.parley.dht.port.LinkState;
import dev.parley.dht.port.NewerListing;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.NodeKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What a node tells of itself, and of listings that change. */
class TelemetryTest {
  private static final IpEndpoint HERE = IpEndpoint.v4(0x2e000001, 7400);
  private static final long NOW_MICROS = Nodes.WALL * 1000;

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final Nodes nodes = new Nodes(31);
  private final List<Contact> seeds = nodes.contacts(12);
  private final Network rpc = new Network();
  private final KademliaNode node =
      KademliaNode.create(
          Nodes.ALICE_KEY,
          DhtOptions.builder().mode(DhtOptions.Mode.SERVER).build(),
          Environments.of(time, nodes.random(), rpc));
  private final List<DhtEvent> events = new ArrayList<>();

  /** Nodes that answer, each with the listing that a test gives it. */
  private static final class Network extends StubRpc {
    final Map<NodeKey, AgentListing> held = new HashMap<>();
    final Map<NodeKey, AgentListing> given = new HashMap<>();
    int gets;

    Network() {
      state = LinkState.WARM; // dials are budgeted
    }

    @Override
    public Mono<DhtAnswer> call(Contact to, DhtRequest request, CallOptions options) {
      if (request instanceof DhtRequest.Ping) {
        return Mono.just(new DhtAnswer.Pong(HERE, 1, 0));
      }
      if (request instanceof DhtRequest.Get) {
        gets++;
        return Mono.just(new DhtAnswer.Got(held.get(to.key()), 0, 0, List.of()));
      }
      if (request instanceof DhtRequest.Put put) {
        given.put(to.key(), put.listing());
        return Mono.just(new DhtAnswer.Stored(DhtAnswer.PutResult.STORED, null, List.of()));
      }
      return request instanceof DhtRequest.Find
          ? Mono.just(new DhtAnswer.Nodes(List.of()))
          : Mono.just(new DhtAnswer.Refused(DhtAnswer.Refusal.BUSY, 0));
    }
  }

  private void join() {
    node.events().subscribe(events::add);
    node.start(seeds, List.of(HERE)).subscribe();
    pass(Duration.ofSeconds(5));
  }

  private void pass(Duration duration) {
    time.advanceTimeBy(duration);
  }

  private <T extends DhtEvent> List<T> events(Class<T> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private Finding resolve(NodeKey agent, ResolveOptions options) {
    List<Finding> all = new ArrayList<>();
    node.find(agent, options).subscribe(all::add);
    pass(Duration.ofMillis(1));
    pass(Duration.ofSeconds(15));
    return all.get(all.size() - 1);
  }

  private static AgentListing listing(NodeKey agent, long sequence) {
    return Nodes.listing(agent, sequence, HERE);
  }

  @Test
  void isHealthyOnceItKnowsOthers() {
    assertThat(node.stats().health()).isEqualTo(DhtStats.Health.BOOTSTRAPPING);

    join();

    assertThat(events(DhtEvent.HealthChanged.class))
        .containsExactly(new DhtEvent.HealthChanged(DhtStats.Health.GOOD, 12));
    DhtStats stats = node.stats();
    assertThat(stats.health()).isEqualTo(DhtStats.Health.GOOD);
    assertThat(stats.server()).isTrue();
    assertThat(stats.contacts()).isEqualTo(12);
    assertThat(stats.networkSize()).isPositive();
    assertThat(stats.calls().get("ping").answered()).isEqualTo(12);
    assertThat(stats.calls().get("hello").refused()).isPositive();
    assertThat(stats.eventsDropped()).isZero();
  }

  @Test
  void countsLookupsAndCopiesOfItsOwnListing() {
    join();
    NodeKey bob = nodes.key();
    seeds.forEach(seed -> rpc.held.put(seed.key(), listing(bob, NOW_MICROS)));
    resolve(bob, ResolveOptions.defaults());
    resolve(bob, ResolveOptions.defaults());
    resolve(nodes.key(), ResolveOptions.defaults());
    node.publish(List.of(HERE)).subscribe();
    pass(Duration.ofSeconds(1));

    DhtStats stats = node.stats();
    assertThat(stats.lookups())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(Outcome.FOUND, 2L, Outcome.NOT_FOUND, 1L, Outcome.PARTIAL, 0L));
    assertThat(stats.lookupsFromCache()).isEqualTo(1);
    assertThat(stats.ownCopies()).isEqualTo(12);
    assertThat(stats.lookupsRunning()).isZero();
    assertThat(events(DhtEvent.Published.class))
        .singleElement()
        .satisfies(published -> assertThat(published.report().stored()).isEqualTo(12));
  }

  @Test
  void takesTheNewListingThatAPeerPushes() {
    join();
    NodeKey bob = nodes.key();
    seeds.forEach(seed -> rpc.held.put(seed.key(), listing(bob, NOW_MICROS)));
    resolve(bob, ResolveOptions.defaults());
    int gets = rpc.gets;
    AgentListing moved = listing(bob, NOW_MICROS + 1);

    push(bob, moved);
    push(nodes.key(), listing(bob, NOW_MICROS + 2)); // not bob, so it is only stored
    push(nodes.key(), listing(nodes.key(), NOW_MICROS)); // nobody whom we know

    assertThat(events(DhtEvent.ListingChanged.class)).containsExactly(new NewerListing(moved));
    assertThat(resolve(bob, ResolveOptions.defaults()).listing()).isEqualTo(moved);
    assertThat(rpc.gets).as("asked nobody again").isEqualTo(gets);
  }

  private void push(NodeKey from, AgentListing listing) {
    node.answer(new Caller(from, HERE), new DhtRequest.Put(0, listing), 1000).subscribe();
    pass(Duration.ofMillis(1));
  }

  @Test
  void takesAListingFromTheFutureButTellsOfIt() {
    join();
    NodeKey bob = nodes.key();
    long threeHours = Duration.ofHours(3).toMillis();
    AgentListing ahead = listing(bob, NOW_MICROS + threeHours * 1000);
    seeds.forEach(seed -> rpc.held.put(seed.key(), ahead));

    Finding resolved = resolve(bob, ResolveOptions.defaults());

    assertThat(resolved.listing()).isEqualTo(ahead);
    assertThat(events(DhtEvent.ClockSkewed.class))
        .isNotEmpty()
        .allMatch(e -> e.ahead().toMinutes() >= 179 && e.ahead().toMinutes() <= 180);
  }

  @Test
  void repairsThoseThatHaveAnOlderListingOnceAMinute() {
    join();
    NodeKey bob = nodes.key();
    DhtKey place = listing(bob, NOW_MICROS).place(0);
    List<Contact> nearest = Nodes.sorted(seeds, place);
    nearest.forEach(c -> rpc.held.put(c.key(), listing(bob, NOW_MICROS)));
    Contact stale = nearest.get(0);
    rpc.held.put(stale.key(), listing(bob, NOW_MICROS - 1));

    resolve(bob, new ResolveOptions(false, 3, true));
    assertThat(rpc.given).containsOnlyKeys(stale.key());
    rpc.given.clear();
    resolve(bob, new ResolveOptions(false, 3, true));
    assertThat(rpc.given).as("within a minute").isEmpty();
    pass(Duration.ofSeconds(45));
    resolve(bob, new ResolveOptions(false, 3, true));

    assertThat(rpc.given).containsOnlyKeys(stale.key());
  }

  @Test
  void repairsAtMostFourAtATime() {
    join();
    NodeKey bob = nodes.key();
    DhtKey place = listing(bob, NOW_MICROS).place(0);
    Nodes.sorted(seeds, place)
        .subList(9, 12)
        .forEach(c -> rpc.held.put(c.key(), listing(bob, NOW_MICROS)));

    assertThat(resolve(bob, new ResolveOptions(false, 3, true)).listing()).isNotNull();

    assertThat(rpc.given).hasSizeBetween(1, 4);
  }

  @Test
  void aSlowSubscriberLosesTheOldestAndHoldsUpNobody() {
    NodeCore core =
        new NodeCore(
            Nodes.ALICE_KEY,
            DhtOptions.defaults(),
            Environments.of(time, nodes.random(), new Network()));
    List<DhtEvent> quick = new ArrayList<>();
    List<DhtEvent> slow = new ArrayList<>();
    core.telemetry.events().subscribe(quick::add);
    BaseSubscriber<DhtEvent> waiting =
        new BaseSubscriber<>() {
          @Override
          protected void hookOnSubscribe(Subscription subscription) {}

          @Override
          protected void hookOnNext(DhtEvent event) {
            slow.add(event);
          }
        };
    core.telemetry.events().subscribe(waiting);
    List<DhtEvent> all = new ArrayList<>();
    for (int i = 0; i < Telemetry.EVENT_BUFFER + 44; i++) {
      all.add(new DhtEvent.Suspicious("" + i));
    }
    all.forEach(core.telemetry::happened);

    waiting.requestUnbounded();

    assertThat(quick).isEqualTo(all);
    assertThat(slow).isEqualTo(all.subList(44, all.size()));
    assertThat(core.telemetry.stats().eventsDropped()).isEqualTo(44);
  }

  @Test
  void eventsEndWithTheNode() {
    AtomicBoolean ended = new AtomicBoolean();
    join();
    node.events().subscribe(e -> {}, e -> {}, () -> ended.set(true));

    node.stop().subscribe();
    pass(Duration.ofMillis(1));

    assertThat(ended).isTrue();
  }
}
