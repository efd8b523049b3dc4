package dev.parley.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dht.DhtOptions;
import dev.parley.dht.Outcome;
import dev.parley.dht.PublishReport;
import dev.parley.dht.ResolveOptions;
import dev.parley.dht.life.KademliaNode;
import dev.parley.dht.port.Caller;
import dev.parley.dht.port.DhtState;
import dev.parley.dht.port.Finding;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.NodeKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Whole nodes on a simulated network: what users and other nodes see of them. */
class NodeTest {
  private static final DhtOptions SERVER =
      DhtOptions.builder().mode(DhtOptions.Mode.SERVER).build();

  private final World world = new World(4, SERVER, new Statistics());
  private final List<SimNode> hosts = new ArrayList<>();

  @BeforeEach
  void joinThirtyNodes() {
    for (int i = 0; i < 30; i++) {
      SimNode host = world.create();
      hosts.add(host);
      world.join(host, i == 0 ? List.of() : List.of(hosts.get(0).contact()));
      run(Duration.ofSeconds(2));
    }
    run(Duration.ofMinutes(2));
  }

  private void run(Duration time) {
    world.scheduler.runUntil(world.scheduler.nanos() + time.toNanos());
  }

  private <T> T await(Mono<T> mono) {
    List<T> got = new ArrayList<>();
    mono.subscribe(got::add);
    boolean came =
        world.scheduler.runUntil(
            world.scheduler.nanos() + TimeUnit.SECONDS.toNanos(30), () -> !got.isEmpty());
    assertThat(came).isTrue();
    return got.get(0);
  }

  private KademliaNode node(int i) {
    return hosts.get(i).running();
  }

  private Finding resolve(int asker, NodeKey key, ResolveOptions options) {
    return await(node(asker).find(key, options).next());
  }

  private DhtState snapshot(int i) {
    return await(node(i).state());
  }

  private PublishReport publish(int i, IpEndpoint... addresses) {
    return await(node(i).publish(List.of(addresses)));
  }

  private static AgentListing listing(Finding resolved) {
    AgentListing listing = resolved.listing();
    assertThat(listing).isNotNull();
    return listing;
  }

  @Test
  void knowEachOtherAfterJoiningThroughOneSeed() {
    for (int i = 0; i < hosts.size(); i++) {
      assertThat(snapshot(i).table().size()).isGreaterThan(20);
      assertThat(snapshot(i).server()).isTrue();
    }
  }

  @Test
  void findAListingFromEverywhere() {
    IpEndpoint address = hosts.get(7).address();

    PublishReport report = publish(7, address);

    assertThat(report.stored()).isGreaterThanOrEqualTo(12);
    for (int i = 0; i < hosts.size(); i++) {
      Finding resolved = resolve(i, hosts.get(7).key, ResolveOptions.fresh());
      assertThat(listing(resolved).addresses()).containsExactly(address);
      assertThat(resolved.report().hops()).isLessThanOrEqualTo(3);
    }
  }

  @Test
  void sayNotFoundOfAnUnknownAgentWellUnderTheDeadline() {
    Finding resolved =
        resolve(3, NodeKey.of(world.network, new byte[32]), ResolveOptions.defaults());

    assertThat(resolved.outcome()).isEqualTo(Outcome.NOT_FOUND);
    assertThat(resolved.report().took()).isLessThan(Duration.ofSeconds(5));
    assertThat(resolved.report().asked()).isNotEmpty();
    Finding again = resolve(3, NodeKey.of(world.network, new byte[32]), ResolveOptions.defaults());
    assertThat(again.report().reason()).isEqualTo("cache");
  }

  @Test
  void findAnAgentWithoutAListingByItsNode() {
    Finding resolved = resolve(3, hosts.get(7).key, ResolveOptions.fresh());

    assertThat(resolved.outcome()).isEqualTo(Outcome.FOUND);
    assertThat(resolved.report().reason()).isEqualTo("node");
    assertThat(resolved.listing()).isNull();
    assertThat(resolved.endpoints()).isEqualTo(hosts.get(7).contact().addresses());
  }

  @Test
  void doNotTakeADeadNodeForItsAgent() {
    world.crash(hosts.get(7));

    Finding resolved = resolve(3, hosts.get(7).key, ResolveOptions.fresh());

    assertThat(resolved.outcome()).isEqualTo(Outcome.NOT_FOUND);
    assertThat(resolved.addresses()).isEmpty();
  }

  @Test
  void publishAgainSoonWhereTooFewHoldTheListing() {
    List<SimNode> others = hosts.subList(1, 30);
    others.forEach(world::crash);
    PublishReport report = publish(0, hosts.get(0).address());
    assertThat(report.stored()).isZero();

    for (SimNode host : others) {
      world.join(host, List.of(hosts.get(0).contact()));
    }
    run(Duration.ofMinutes(5));

    assertThat(heldOf(0)).hasSizeGreaterThanOrEqualTo(12);
  }

  /** The copies of an agent's listing on all nodes that are up. */
  private List<AgentListing> heldOf(int agent) {
    List<AgentListing> held = new ArrayList<>();
    for (SimNode host : hosts) {
      if (host.isUp()) {
        await(host.running().state()).store().stream()
            .map(DhtState.StoredListing::listing)
            .filter(r -> r.key().equals(hosts.get(agent).key))
            .forEach(held::add);
      }
    }
    return held;
  }

  @Test
  void bringTheSameListingAgainToWhoeverLacksItAndSignItAnewAfterSomeHours() {
    publish(0, hosts.get(0).address());
    AgentListing first = heldOf(0).get(0);
    for (int i = 1; i < 12; i++) {
      world.crash(hosts.get(i));
    }
    run(Duration.ofMinutes(75));

    assertThat(heldOf(0)).hasSizeGreaterThanOrEqualTo(12).containsOnly(first);

    run(Duration.ofHours(7));

    assertThat(heldOf(0))
        .hasSizeGreaterThanOrEqualTo(12)
        .allMatch(listing -> listing.sequence() > first.sequence());
  }

  @Test
  void giveTheNewestListingAfterAMove() {
    publish(7, hosts.get(7).address());
    resolve(3, hosts.get(7).key, ResolveOptions.defaults());
    IpEndpoint moved = hosts.get(7).address().withPort(7500);

    publish(7, moved);

    for (int i = 0; i < hosts.size(); i++) {
      Finding fresh = resolve(i, hosts.get(7).key, ResolveOptions.fresh());
      assertThat(listing(fresh).addresses()).containsExactly(moved);
    }
  }

  @Test
  void answerFromTheCacheAndThenBetter() {
    publish(7, hosts.get(7).address());
    resolve(3, hosts.get(7).key, ResolveOptions.defaults());
    IpEndpoint moved = hosts.get(7).address().withPort(7500);
    publish(7, moved);
    run(Duration.ofSeconds(60)); // the cached listing is due for another look

    List<Finding> all =
        await(node(3).find(hosts.get(7).key, ResolveOptions.defaults()).collectList());

    assertThat(all.get(0).report().reason()).isEqualTo("cache");
    assertThat(listing(all.get(all.size() - 1)).addresses()).containsExactly(moved);
  }

  @Test
  void sayThatAnAgentIsGone() {
    publish(7, hosts.get(7).address());

    publish(7);

    Finding resolved = resolve(3, hosts.get(7).key, ResolveOptions.fresh());
    assertThat(listing(resolved).isTombstone()).isTrue();
  }

  @Test
  void shareOneLookupAmongAllWhoAsk() {
    publish(7, hosts.get(7).address());
    int asker = 3;
    while (snapshot(asker).store().stream()
        .anyMatch(r -> r.listing().key().equals(hosts.get(7).key))) {
      asker++;
    }
    long before = world.net.calls();
    List<Finding> got = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      node(asker).find(hosts.get(7).key, ResolveOptions.fresh()).next().subscribe(got::add);
    }

    run(Duration.ofSeconds(5));

    assertThat(got).hasSize(50);
    assertThat(world.net.calls() - before).isLessThan(60);
  }

  @Test
  void leaveNothingBehindWhenAResolutionIsCancelled() {
    int before = snapshot(3).callsInFlight();
    Disposable resolution =
        node(3).find(NodeKey.of(world.network, new byte[32]), ResolveOptions.fresh()).subscribe();
    world.scheduler.runUntil(world.scheduler.nanos() + 1000);
    assertThat(snapshot(3).lookups()).isEqualTo(1);

    resolution.dispose();

    assertThat(snapshot(3).lookups()).isZero();
    assertThat(snapshot(3).callsInFlight()).isLessThanOrEqualTo(before);
  }

  @Test
  void findEveryoneAfterAFifthHasCrashed() {
    for (SimNode host : hosts) {
      publish(host.index, host.address());
    }
    for (int i = 10; i < 16; i++) {
      world.crash(hosts.get(i));
    }

    for (int i = 0; i < 10; i++) {
      for (int j = 16; j < 30; j++) {
        Finding resolved = resolve(i, hosts.get(j).key, ResolveOptions.fresh());
        assertThat(resolved.outcome()).isEqualTo(Outcome.FOUND);
      }
    }
  }

  @Test
  void sayPartialWhenNobodyAnswers() {
    for (int i = 1; i < 30; i++) {
      world.crash(hosts.get(i));
    }

    Finding resolved = resolve(0, NodeKey.of(world.network, new byte[32]), ResolveOptions.fresh());

    assertThat(resolved.outcome()).isEqualTo(Outcome.PARTIAL);
  }

  @Test
  void aClientResolvesButServesNobodyAndIsInNoTable() {
    publish(7, hosts.get(7).address());
    SimNode client = world.create();
    world.join(
        client,
        List.of(hosts.get(0).contact()),
        DhtOptions.builder().mode(DhtOptions.Mode.CLIENT).build());
    run(Duration.ofMinutes(3));

    Finding resolved =
        await(client.running().find(hosts.get(7).key, ResolveOptions.fresh()).next());
    DhtAnswer answer =
        await(
            client
                .running()
                .answer(caller(1), new DhtRequest.Find(hosts.get(1).key.id(), 20), 1000));

    assertThat(resolved.outcome()).isEqualTo(Outcome.FOUND);
    assertThat(answer).isEqualTo(new DhtAnswer.Refused(DhtAnswer.Refusal.CLIENT_ONLY, 0));
    for (int i = 0; i < hosts.size(); i++) {
      assertThat(snapshot(i).table()).noneMatch(c -> c.contact().key().equals(client.key));
    }
  }

  @Test
  void anAutomaticNodeServesOnceOthersCouldDialIt() {
    SimNode host = world.create();
    world.join(
        host,
        hosts.subList(0, 5).stream().map(SimNode::contact).toList(),
        DhtOptions.builder().mode(DhtOptions.Mode.AUTO).serverAfter(Duration.ofMinutes(5)).build());
    run(Duration.ofMinutes(2));
    assertThat(await(host.running().state()).server()).isFalse();

    run(Duration.ofMinutes(10));

    assertThat(await(host.running().state()).server()).isTrue();
    run(Duration.ofMinutes(5));
    long knownBy = 0;
    for (int i = 0; i < hosts.size(); i++) {
      knownBy +=
          snapshot(i).table().stream().filter(c -> c.contact().key().equals(host.key)).count();
    }
    assertThat(knownBy).isGreaterThan(5);
  }

  @Test
  void refuseListingsThatAreNotSignedNotTimelyOrNotTheirs() {
    long wall = world.clock.wallMillis() * 1000;
    AgentListing unsigned = sign(hosts.get(2).key, wall, statement -> new byte[64]);
    AgentListing future = sign(hosts.get(2).key, wall + 3 * 3600 * 1_000_000L, World.signer());

    assertThat(put(5, unsigned)).isEqualTo(new DhtAnswer.Refused(DhtAnswer.Refusal.INVALID, 0));
    assertThat(put(5, future)).isEqualTo(new DhtAnswer.Refused(DhtAnswer.Refusal.INVALID, 0));
    assertThat(put(5, sign(hosts.get(2).key, wall, World.signer())))
        .isInstanceOf(DhtAnswer.Stored.class);
  }

  private AgentListing sign(NodeKey key, long sequence, dev.parley.dht.wire.ListingSigner signer) {
    return AgentListing.sign(
        world.network,
        key,
        sequence,
        Duration.ofHours(1),
        List.of(hosts.get(2).address()),
        false,
        signer);
  }

  private DhtAnswer put(int at, AgentListing listing) {
    return await(node(at).answer(caller(1), new DhtRequest.Put(0, listing), 1000));
  }

  private Caller caller(int i) {
    return new Caller(hosts.get(i).key, hosts.get(i).address());
  }

  @Test
  void areBusyForWhoeverAsksTooMuch() {
    List<DhtAnswer> answers =
        await(
            Flux.range(0, 100)
                .concatMap(i -> node(5).answer(caller(1), new DhtRequest.Ping(), 1000))
                .collectList());

    assertThat(answers)
        .filteredOn(a -> a instanceof DhtAnswer.Refused)
        .hasSizeGreaterThanOrEqualTo(39)
        .containsOnly(new DhtAnswer.Refused(DhtAnswer.Refusal.BUSY, 250));
  }

  @Test
  void dialBackOnlyTheAddressThatTheySee() {
    IpEndpoint seen = hosts.get(1).address();

    DhtAnswer right =
        await(node(5).answer(caller(1), new DhtRequest.DialBack(seen.port(), 1, 2), 20_000));
    DhtAnswer wrongPort =
        await(node(5).answer(caller(1), new DhtRequest.DialBack(9999, 1, 2), 20_000));
    DhtAnswer tooOften =
        await(node(5).answer(caller(1), new DhtRequest.DialBack(9999, 1, 2), 20_000));

    assertThat(right).isEqualTo(new DhtAnswer.DialledBack(DhtAnswer.DialBackResult.REACHED));
    assertThat(wrongPort).isEqualTo(new DhtAnswer.DialledBack(DhtAnswer.DialBackResult.TIMEOUT));
    assertThat(tooOften).isEqualTo(new DhtAnswer.Refused(DhtAnswer.Refusal.BUSY, 250));
  }

  @Test
  void findTheNearestNodes() {
    DhtKey target = hosts.get(9).key.id();
    List<Contact> expected = new ArrayList<>(hosts.stream().map(SimNode::contact).toList());
    expected.removeIf(c -> c.key().equals(hosts.get(3).key)); // the asker itself
    expected.sort((a, b) -> target.compareDistance(a.id(), b.id()));

    List<Contact> found = await(node(3).closest(target).collectList());

    assertThat(found).isEqualTo(expected.subList(0, 20));
  }

  @Test
  void stopTwiceAndAnswerNobodyAfterwards() {
    KademliaNode node = node(5);
    node.stop().subscribe();
    run(Duration.ofMillis(1));
    List<Boolean> done = new ArrayList<>();

    node.stop().subscribe(v -> {}, e -> {}, () -> done.add(true));
    DhtAnswer answer = await(node.answer(caller(1), new DhtRequest.Ping(), 1000));

    assertThat(done).containsExactly(true);
    assertThat(answer).isInstanceOf(DhtAnswer.Refused.class);
  }
}
