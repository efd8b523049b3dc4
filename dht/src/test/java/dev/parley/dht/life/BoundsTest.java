package dev.parley.dht.life;

import static dev.parley.dht.node.Nodes.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.list;

import dev.parley.dht.DhtOptions;
import dev.parley.dht.Outcome;
import dev.parley.dht.ResolveOptions;
import dev.parley.dht.lookup.Resolutions;
import dev.parley.dht.node.Calls;
import dev.parley.dht.node.Environments;
import dev.parley.dht.node.NodeCore;
import dev.parley.dht.node.Nodes;
import dev.parley.dht.node.Reachability;
import dev.parley.dht.node.StubRpc;
import dev.parley.dht.port.CallOptions;
import dev.parley.dht.port.Caller;
import dev.parley.dht.port.DhtRpcException;
import dev.parley.dht.port.Finding;
import dev.parley.dht.port.LinkState;
import dev.parley.dht.port.TableStore;
import dev.parley.dht.publish.Publisher;
import dev.parley.dht.publish.Replication;
import dev.parley.dht.serve.RequestHandler;
import dev.parley.dht.serve.Verification;
import dev.parley.dht.store.AskedLately;
import dev.parley.dht.store.ListingCache;
import dev.parley.dht.table.TableEntry;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtAnswer.PutResult;
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
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What a node keeps and does for others has bounds, and each of them is reached here. */
class BoundsTest {
  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final Nodes nodes = new Nodes(11);
  private final Rpc rpc = new Rpc();

  /** Nobody ever answers; links are there to those that are said to have one. */
  private static final class Rpc extends StubRpc {
    final List<Contact> called = new ArrayList<>();
    final Set<NodeKey> kept = new HashSet<>();

    @Override
    public void keepOpen(NodeKey key, boolean keep) {
      if (keep) {
        kept.add(key);
      } else {
        kept.remove(key);
      }
    }

    @Override
    public Mono<DhtAnswer> call(Contact to, DhtRequest request, CallOptions options) {
      return Mono.fromRunnable(() -> called.add(to)).then(Mono.never());
    }
  }

  private NodeCore core(DhtOptions options) {
    return new NodeCore(Nodes.ALICE_KEY, options, Environments.of(time, nodes.random(), rpc));
  }

  private Calls calls(NodeCore core) {
    Calls calls = new Calls(core);
    calls.observe(new Reachability(core, calls));
    return calls;
  }

  private RequestHandler handler(NodeCore core) {
    Calls calls = calls(core);
    return new RequestHandler(
        core, calls, new ListingCache(core.options), new Verification(core, calls));
  }

  private static DhtOptions.Builder server() {
    return DhtOptions.builder().mode(DhtOptions.Mode.SERVER);
  }

  private static DhtAnswer answer(RequestHandler handler, Contact from, DhtRequest request) {
    List<DhtAnswer> answers = new ArrayList<>();
    handler.answer(new Caller(from.key(), from.address()), request, 1000, answers::add);
    assertThat(answers).hasSize(1);
    return answers.get(0);
  }

  private static void fill(NodeCore core, List<Contact> contacts) {
    contacts.forEach(c -> core.admit(c, 10, false));
  }

  @Test
  void strangersThatWaitToBeVerified() {
    NodeCore core = core(server().table(t -> t.maxCandidatesToVerify(10)).build());
    Verification verification = new Verification(core, calls(core));
    fill(core, nodes.contacts(60)); // more than a bucket: strangers are verified at a pace

    nodes.contacts(500).forEach(c -> verification.consider(c, c.address()));

    assertThat(verification.size()).isEqualTo(10);
  }

  @Test
  void strangersOfOneNetworkGiveWayToThoseOfOthers() {
    NodeCore core = core(server().table(t -> t.maxCandidatesToVerify(10)).build());
    Verification verification = new Verification(core, calls(core));
    fill(core, nodes.contacts(60));
    IpEndpoint flood = IpEndpoint.v4(0x0c000001, 7400);
    nodes.contacts(500).forEach(c -> verification.consider(c, flood));
    Contact honest = nodes.contact();
    verification.consider(honest, honest.address());
    nodes.contacts(500).forEach(c -> verification.consider(c, flood));

    time.advanceTimeBy(Duration.ofSeconds(6));

    assertThat(rpc.called).contains(honest);
  }

  @Test
  void strangersThatAreDialledEachSecond() {
    NodeCore core = core(server().build());
    Verification verification = new Verification(core, calls(core));
    fill(core, nodes.contacts(60));
    nodes.contacts(500).forEach(c -> verification.consider(c, c.address()));

    time.advanceTimeBy(Duration.ofSeconds(5));

    assertThat(rpc.called).hasSizeBetween(5, 10);
  }

  @Test
  void listingsOfPlacesThatOthersAreNearerTo() {
    NodeCore core = core(server().storage(s -> s.copies(2)).build());
    RequestHandler handler = handler(core);
    List<Contact> network = nodes.contacts(200);
    fill(core, network);
    int held = 0;
    int refused = 0;
    for (int i = 0; i < 200; i++) {
      Contact owner = nodes.contact();
      AgentListing listing = Nodes.listing(owner.key(), Nodes.WALL * 1000 + i, owner.address());
      DhtAnswer.Stored stored =
          (DhtAnswer.Stored) answer(handler, owner, new DhtRequest.Put(0, listing));
      long nearer =
          core.closest(listing.place(0), 20).stream()
              .filter(c -> listing.place(0).compareDistance(c.id(), Nodes.ALICE_KEY.id()) < 0)
              .count();
      assertThat(stored.result())
          .isEqualTo(nearer < 4 ? PutResult.STORED : PutResult.NOT_RESPONSIBLE);
      held += nearer < 4 ? 1 : 0;
      refused += nearer < 4 ? 0 : 1;
    }
    assertThat(held).isPositive();
    assertThat(refused).isPositive();
  }

  @Test
  void newListingsThatOnePeerBringsForOthers() {
    RequestHandler handler = handler(core(server().storage(s -> s.newKeysPerHour(3)).build()));
    Contact peer = nodes.contact();
    List<PutResult> results = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      AgentListing listing = Nodes.listing(nodes.key(), Nodes.WALL * 1000 + i, peer.address());
      results.add(
          ((DhtAnswer.Stored) answer(handler, peer, new DhtRequest.Put(0, listing))).result());
    }

    assertThat(results)
        .containsExactly(
            PutResult.STORED, PutResult.STORED, PutResult.STORED, PutResult.LIMIT, PutResult.LIMIT);
  }

  @Test
  void signaturesThatAreCheckedEachSecond() {
    RequestHandler handler =
        handler(core(server().serving(v -> v.verificationsPerSecond(4)).build()));
    int busy = 0;
    for (int i = 0; i < 10; i++) {
      Contact owner = nodes.contact();
      AgentListing listing = Nodes.listing(owner.key(), Nodes.WALL * 1000 + i, owner.address());
      busy +=
          answer(handler, owner, new DhtRequest.Put(0, listing)) instanceof DhtAnswer.Refused
              ? 1
              : 0;
    }

    assertThat(busy).isEqualTo(6);
  }

  @Test
  void getsThatArePassedOnEachSecond() {
    rpc.state = LinkState.WARM;
    NodeCore core = core(server().serving(v -> v.relaysPerSecond(3)).build());
    RequestHandler handler = handler(core);
    fill(core, nodes.contacts(200));
    DhtKey far = DhtKey.of(invert(Nodes.ALICE_KEY.id()));
    List<DhtAnswer> answers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Contact asker = nodes.contact();
      handler.answer(
          new Caller(asker.key(), asker.address()),
          new DhtRequest.Get(far, 0, 3, 20),
          1000,
          answers::add);
    }

    assertThat(rpc.called).hasSize(3);
    assertThat(answers).hasSize(7).allMatch(a -> a instanceof DhtAnswer.Got);
  }

  private static byte[] invert(DhtKey key) {
    byte[] bytes = key.toBytes();
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) ~bytes[i];
    }
    return bytes;
  }

  @Test
  void lookupsUnderWay() {
    NodeCore core = core(server().lookups(l -> l.maxLookups(2)).build());
    fill(core, nodes.contacts(30));
    Resolutions resolutions = new Resolutions(core, calls(core), new ListingCache(core.options));
    List<Finding> ended = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      NodeKey agent = nodes.key();
      Flux.<Finding>create(sink -> resolutions.resolve(agent, ResolveOptions.defaults(), sink))
          .subscribe(ended::add);
    }

    assertThat(resolutions.running()).isEqualTo(2);
    assertThat(ended)
        .hasSize(3)
        .allMatch(r -> r.outcome() == Outcome.PARTIAL && r.report().reason().equals("overload"));
  }

  /** Each at another port: the budget of an address with its port would let all of them pass. */
  @Test
  void dialsToOneIpAddress() {
    NodeCore core = core(server().serving(v -> v.dialsPerMinute(3)).build());
    Calls calls = calls(core);
    List<DhtRpcException> refused = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      IpEndpoint victim = IpEndpoint.v4(0x2e000001, 7400 + i);
      call(calls, new Contact(nodes.key(), List.of(victim)), refused);
    }
    time.advanceTimeBy(Duration.ZERO);

    assertThat(rpc.called).hasSize(3);
    assertThat(refused).hasSize(7);
    assertThat(calls.inFlight()).isEqualTo(3);
  }

  @Test
  void dialsToAnIpAddressThatIsNotToldFirst() {
    NodeCore core = core(server().serving(v -> v.dialsPerMinute(3)).build());
    Calls calls = calls(core);
    List<DhtRpcException> refused = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      IpEndpoint victim = IpEndpoint.v4(0x2e000001, 7400 + i);
      call(calls, new Contact(nodes.key(), List.of(nodes.contact().address(), victim)), refused);
    }
    time.advanceTimeBy(Duration.ZERO);

    assertThat(rpc.called).hasSize(3);
  }

  private static void call(Calls calls, Contact to, List<DhtRpcException> refused) {
    calls.call(
        to,
        new DhtRequest.Ping(),
        new Calls.Reply() {
          @Override
          public void answered(DhtAnswer answer) {}

          @Override
          public void failed(DhtRpcException why) {
            refused.add(why);
          }
        });
  }

  @Test
  void cachedListingsAndMisses() {
    ListingCache cache =
        new ListingCache(DhtOptions.builder().storage(s -> s.cacheSize(3)).build());
    List<NodeKey> agents = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      NodeKey agent = nodes.key();
      agents.add(agent);
      AgentListing listing = Nodes.listing(agent, Nodes.WALL * 1000, nodes.contact().address());
      cache.found(listing, 0);
      cache.share(listing.place(0), listing, 0);
      cache.missed(agent);
    }

    assertThat(agents)
        .map(agent -> cache.own(agent, Nodes.WALL) != null)
        .containsExactly(false, false, true, true, true);
    assertThat(agents)
        .map(agent -> cache.shared(place(agent), 0, Nodes.WALL) != null)
        .containsExactly(false, false, true, true, true);
    assertThat(agents)
        .map(agent -> cache.isMissing(agent))
        .containsExactly(false, false, true, true, true);
    assertThat(cache.shared(place(agents.get(4)), 60 * SECOND, Nodes.WALL))
        .as("passed on for a minute")
        .isNull();
  }

  private static DhtKey place(NodeKey agent) {
    return DhtKey.listing(Nodes.NETWORK, 0, agent.toBytes());
  }

  @Test
  void agentsForWhichTheNetworkWasAsked() {
    AskedLately asked = new AskedLately();
    for (int i = 0; i < 3 * AskedLately.MAX_AGENTS; i++) {
      asked.started(nodes.key(), i);
    }

    assertThat(asked.size()).isEqualTo(AskedLately.MAX_AGENTS);
    asked.purge(1200 * SECOND);
    assertThat(asked.size()).isZero();
  }

  @Test
  void failuresThatAreRemembered() {
    NodeCore core = core(server().build());
    List<NodeKey> failed = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      failed.add(nodes.key());
      core.noteFailure(failed.get(i));
    }

    assertThat(failed.stream().filter(core::hasFailedLately)).hasSize(256);
    time.advanceTimeBy(Duration.ofMinutes(2));
    assertThat(failed.stream().filter(core::hasFailedLately)).isEmpty();
  }

  @Test
  void newcomersThatAreOfferedListings() {
    NodeCore core = core(server().build());
    nodes.contacts(500).forEach(core::noteNewcomer);

    assertThat(core.takeNewcomers()).hasSize(64);
    assertThat(core.takeNewcomers()).isEmpty();
  }

  @Test
  void listingsThatAreOfferedInOneSweep() {
    List<DhtRequest.Offer> offers = new ArrayList<>();
    NodeCore core = core(server().build(), offers);
    fill(core, nodes.contacts(1));
    for (int i = 0; i < 700; i++) {
      AgentListing listing =
          Nodes.listing(nodes.key(), Nodes.WALL * 1000, nodes.contact().address());
      core.store.put(listing.place(0), listing, i, core.now(), core.wallMillis());
    }
    assertThat(core.store.size()).isGreaterThan(600);
    core.table.entries().forEach(entry -> entry.setWarm(true)); // no dial, of which few are allowed

    new Replication(core, calls(core)).sweep(core.now() + 1);

    assertThat(offers).hasSize(512);
  }

  private NodeCore core(DhtOptions options, List<DhtRequest.Offer> offers) {
    StubRpc counting =
        new StubRpc() {
          @Override
          public Mono<DhtAnswer> call(Contact to, DhtRequest request, CallOptions route) {
            offers.addAll(((DhtRequest.Have) request).offers());
            return Mono.never();
          }
        };
    return new NodeCore(Nodes.ALICE_KEY, options, Environments.of(time, nodes.random(), counting));
  }

  @Test
  void linksThatAreKeptOpenAndProbesAtATime() {
    NodeCore core = core(server().table(t -> t.tableLinks(7)).build());
    fill(core, nodes.contacts(200));
    Maintenance maintenance = maintenance(core);
    maintenance.start(() -> {});

    time.advanceTimeBy(Duration.ofSeconds(46)); // one tick, at which links are missing
    assertThat(rpc.called).hasSizeBetween(1, 8);

    core.table.entries().forEach(entry -> entry.setWarm(true));
    time.advanceTimeBy(Duration.ofMinutes(5));
    assertThat(rpc.kept).hasSize(7);
    assertThat(core.table.entries().stream().filter(TableEntry::isKept)).hasSize(7);
  }

  @Test
  void probesOfContactsThatAreDue() {
    NodeCore core = core(server().table(t -> t.tableLinks(0)).build());
    fill(core, nodes.contacts(200));
    time.advanceTimeBy(Duration.ofMinutes(10));
    maintenance(core).start(() -> {});

    time.advanceTimeBy(Duration.ofSeconds(46));

    assertThat(rpc.called).hasSizeBetween(16, 48); // 16 at each of up to three ticks
  }

  private Maintenance maintenance(NodeCore core) {
    Calls calls = calls(core);
    Verification verification = new Verification(core, calls);
    ListingCache cache = new ListingCache(core.options);
    return new Maintenance(
        core,
        calls,
        new Publisher(core, calls),
        new Replication(core, calls),
        new Reachability(core, calls),
        verification,
        new RequestHandler(core, calls, cache, verification),
        cache);
  }

  @Test
  void contactsThatAreSavedAndAnchorsOfDifferentNetworks() {
    List<List<Contact>> saved = new ArrayList<>();
    NodeCore core =
        new NodeCore(
            Nodes.ALICE_KEY,
            server().table(t -> t.bucketSize(64)).build(),
            Environments.saving(time, nodes.random(), rpc, saved::add));
    fill(core, nodes.contacts(3000));
    assertThat(core.table.size()).isGreaterThan(TableStore.MAX_CONTACTS);

    maintenance(core).save();

    assertThat(saved).singleElement().asInstanceOf(list(Contact.class)).hasSize(256);
    assertThat(saved.get(0).subList(0, TableStore.ANCHORS))
        .map(c -> c.address().wideGroup())
        .doesNotHaveDuplicates();
  }

  @Test
  void aBusyNodeIsAliveAllTheSame() {
    Contact busy = nodes.contact();
    StubRpc turningAway =
        new StubRpc() {
          @Override
          public Mono<DhtAnswer> call(Contact to, DhtRequest request, CallOptions options) {
            return Mono.just(new DhtAnswer.Refused(DhtAnswer.Refusal.BUSY, 250));
          }
        };
    NodeCore core =
        new NodeCore(
            Nodes.ALICE_KEY, server().build(), Environments.of(time, nodes.random(), turningAway));
    fill(core, List.of(busy));
    Calls calls = calls(core);
    for (int i = 0; i < 5; i++) {
      time.advanceTimeBy(Duration.ofMinutes(1));
      core.execute(() -> calls.call(busy, new DhtRequest.Ping(), Calls.IGNORED));
    }
    time.advanceTimeBy(Duration.ofSeconds(1));

    assertThat(core.table.get(busy.key()).isQuestionable()).isFalse();
    assertThat(core.table.get(busy.key()).isFresh(core.now())).isTrue();
    assertThat(core.hasFailedLately(busy.key())).isFalse();
  }
}
