package dev.parley.simulator;

import dev.parley.dht.DhtOptions;
import dev.parley.dht.port.DhtState;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.simulator.SimulationOptions.Attack;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What must hold, looked at from outside: at each step for some nodes, at the end for more. */
final class Invariants {
  private static final int SAMPLED = 20;
  private static final int SAMPLED_AT_END = 200;
  private static final int SAMPLED_FOR_SPREAD = 1000;
  private static final int MAX_REPORTED = 20;
  private static final int MAX_WALKED = 5000;

  /** After so long islands must be one network. */
  private static final int HEALED_MINUTES = 20;

  private static final int NEAREST = 20;
  private static final int MIN_NEAREST_KNOWN = 18;
  private static final double MIN_COMPLETE_TABLES = 0.9; // in IPFS 95 % of the nodes do
  private static final int MIN_HOLDERS = 12;
  private static final double MAX_SIZE_ERROR = 0.15;
  private static final double MAX_SPREAD = 4;
  private static final double MIN_OVERLAP = 0.99;
  private static final long LOOKUP_NANOS = 20_000_000_000L;

  /** Means over sampled nodes. */
  record Averages(double table, double links, double sizeError) {}

  private final World world;
  private final SimulationOptions options;
  private final DhtOptions dht;
  private final SimRandom random;
  private final List<String> broken = new ArrayList<>();
  private final Map<String, AgentListing> versions = new HashMap<>();
  private final Statistics.Samples tables = new Statistics.Samples();
  private final Statistics.Samples links = new Statistics.Samples();
  private final Statistics.Samples sizeErrors = new Statistics.Samples();
  private final int offset;

  Invariants(World world, SimulationOptions options, DhtOptions dht) {
    this.world = world;
    this.options = options;
    this.dht = dht;
    this.random = SimRandom.stream(world.seed, 99, 0);
    this.offset = random.nextInt(options.nodes());
  }

  List<String> broken() {
    return broken;
  }

  Averages averages() {
    return new Averages(tables.mean(), links.mean(), sizeErrors.mean());
  }

  private void report(String what) {
    if (broken.size() < MAX_REPORTED) {
      broken.add(what + " (seed " + options.seed() + ", " + world.scheduler.nanos() / 1e9 + " s)");
    }
  }

  void check() {
    for (SimNode host : sample(SAMPLED)) {
      host.running().state().subscribe(s -> checkNode(host, s));
    }
    world.scheduler.runUntil(world.scheduler.nanos());
  }

  private List<SimNode> sample(int n) {
    List<SimNode> nodes = world.net.nodes();
    List<SimNode> sampled = new ArrayList<>();
    int stride = Math.max(1, options.nodes() / n);
    for (int i = 0; i < n && i < options.nodes(); i++) {
      SimNode host = nodes.get((offset + i * stride) % options.nodes());
      if (host.isUp() && host.isHonest()) {
        sampled.add(host);
      }
    }
    return sampled;
  }

  private void checkNode(SimNode host, DhtState snapshot) {
    Map<Integer, Integer> buckets = new HashMap<>();
    Map<Long, Integer> groups = new HashMap<>();
    Map<String, Integer> groupsPerBucket = new HashMap<>();
    Set<DhtKey> ids = new HashSet<>();
    for (DhtState.TableContact known : snapshot.table()) {
      Contact contact = known.contact();
      IpEndpoint address = contact.address();
      expect(!contact.key().equals(host.key), "a node is in its own table");
      SimNode peer = world.net.get(contact.key());
      expect(peer == null || !peer.isClient(), "a client is in a table");
      expect(ids.add(contact.id()), "a contact is in a table twice");
      expect(world.policy.allows(address), "a private address is in a table");
      expect(
          buckets.merge(known.bucket(), 1, Integer::sum) <= dht.table().bucketSize(),
          "a bucket is over its bound");
      expect(groups.merge(address.group(), 1, Integer::sum) <= 8, "a table has 9 of one /24");
      String inBucket = known.bucket() + "/" + address.group();
      expect(groupsPerBucket.merge(inBucket, 1, Integer::sum) <= 2, "a bucket has 3 of one /24");
      String wide = known.bucket() + "//" + address.wideGroup();
      expect(groupsPerBucket.merge(wide, 1, Integer::sum) <= 4, "a bucket has 5 of one /16");
    }
    checkListings(host, snapshot);
    expect(!host.isClient() || snapshot.store().isEmpty(), "a client holds listings");
    expect(snapshot.lookups() <= dht.lookups().maxLookups(), "too many lookups at once");
    expect(snapshot.peersCounted() <= dht.serving().maxPeers(), "too many peers are counted");
    expect(
        snapshot.callsInFlight() == host.outstanding,
        snapshot.callsInFlight() + " requests are in flight, the network has " + host.outstanding);
  }

  private void checkListings(SimNode host, DhtState snapshot) {
    expect(snapshot.store().size() <= dht.storage().maxListings(), "too many listings are held");
    expect(snapshot.listingBytes() <= dht.storage().maxListingBytes(), "too many bytes are held");
    long bytes = 0;
    long now = world.clock.wallMillis();
    for (DhtState.StoredListing held : snapshot.store()) {
      AgentListing listing = held.listing();
      bytes += listing.length();
      expect(
          held.place().equals(listing.place(0)) || held.place().equals(listing.place(1)),
          "a listing is held at another's place");
      expect(
          listing.expiresAtMillis() > now - 400_000, "a listing is held long after it has ended");
      String key = host.index + "/" + host.session() + "/" + held.place();
      AgentListing before = versions.put(key, listing);
      expect(before == null || before.compareVersion(listing) <= 0, "an older listing came back");
    }
    expect(bytes == snapshot.listingBytes(), "the bytes held are counted wrong");
  }

  private void expect(boolean holds, String otherwise) {
    if (!holds) {
      report(otherwise);
    }
  }

  void checkEnd(int unfinishedLookups) {
    expect(unfinishedLookups <= 0, unfinishedLookups + " lookups have not ended");
    List<SimNode> live = new ArrayList<>();
    for (SimNode node : world.net.nodes()) {
      if (node.isUp()) {
        live.add(node);
      }
    }
    Map<DhtKey, Set<DhtKey>> tablesById = new HashMap<>();
    for (SimNode host : sample(SAMPLED_AT_END)) {
      host.running()
          .state()
          .subscribe(
              s -> {
                checkNode(host, s);
                measure(s, live.size());
                Set<DhtKey> known = new HashSet<>();
                s.table().forEach(c -> known.add(c.contact().id()));
                tablesById.put(host.key.id(), known);
              });
    }
    world.scheduler.runUntil(world.scheduler.nanos());
    if (isSettled()) {
      checkHealed(live);
      checkLiveness(live, tablesById);
      checkSpread(live);
      checkNearest(live);
    }
    expect(world.net.misserved() == 0, world.net.misserved() + " answers should not be given");
    checkBytes();
    expect(world.net.relayedAway() == 0, world.net.relayedAway() + " GETs were passed on away");
    long minutes = options.warmup().plus(options.duration()).toMinutes() + 1;
    expect(
        world.net.mostDialsAtWatched() <= dht.serving().dialsPerMinute() * minutes,
        "a node dialled a victim " + world.net.mostDialsAtWatched() + " times");
  }

  /** Nothing disturbs the network, or what did is over for two rounds of refreshes. */
  private boolean isSettled() {
    boolean quiet = options.adversary() == Attack.NONE && !options.join();
    long since = world.scheduler.nanos() - world.net.cutAtNanos();
    return switch (options.churn()) {
      case C0 -> quiet;
      case C4_SPLIT, C4_ONE_WAY ->
          quiet && !world.net.isCut() && since >= 2 * dht.upkeep().refreshInterval().toNanos();
      case C4_ISLANDS -> quiet && options.duration().toMinutes() >= HEALED_MINUTES;
      case C1, C2, C3, C4, C4_JOIN, C4_WAVE, C4_FLAP -> false;
    };
  }

  /** Every node leads to every other. */
  private void checkHealed(List<SimNode> live) {
    if (live.size() > MAX_WALKED) {
      return;
    }
    Map<DhtKey, List<DhtKey>> tables = new HashMap<>();
    for (SimNode host : live) {
      if (host.isHonest() && !host.isClient()) {
        host.running()
            .state()
            .subscribe(
                s ->
                    tables.put(
                        host.key.id(), s.table().stream().map(c -> c.contact().id()).toList()));
      }
    }
    world.scheduler.runUntil(world.scheduler.nanos());
    int cutOff = Healing.cutOff(tables);
    expect(cutOff == 0, "the network has not healed: " + cutOff + " nodes are cut off");
  }

  /** No node holds many times what others hold. */
  private void checkSpread(List<SimNode> live) {
    int[] most = new int[1];
    double[] sum = new double[1];
    int stride = 1 + live.size() / SAMPLED_FOR_SPREAD;
    int sampled = 0;
    for (int i = 0; i < live.size(); i += stride) {
      sampled++;
      live.get(i)
          .running()
          .state()
          .subscribe(
              s -> {
                most[0] = Math.max(most[0], s.store().size());
                sum[0] += s.store().size();
              });
    }
    world.scheduler.runUntil(world.scheduler.nanos());
    double mean = sum[0] / sampled;
    boolean measurable = options.nodes() >= 100 && options.publishers() == 0;
    expect(
        !measurable || most[0] <= MAX_SPREAD * mean,
        "a node holds " + most[0] + " listings, the mean is " + mean);
  }

  /** What a lookup says is nearest is what a look at all nodes says. */
  private void checkNearest(List<SimNode> live) {
    List<DhtKey> ids = new ArrayList<>();
    live.stream().filter(n -> !n.isClient()).forEach(n -> ids.add(n.key.id()));
    List<List<DhtKey>> found = new ArrayList<>();
    List<List<DhtKey>> expected = new ArrayList<>();
    for (SimNode host : sample(SAMPLED)) {
      DhtKey target = DhtKey.random(random);
      List<DhtKey> nearest = nearest(ids, target, NEAREST + 1);
      nearest.remove(host.key.id());
      expected.add(nearest.subList(0, Math.min(NEAREST, nearest.size())));
      host.running()
          .closest(target)
          .map(Contact::id)
          .collectList()
          .subscribe(found::add, stopped -> {});
      long began = world.scheduler.nanos();
      int wanted = expected.size();
      world.scheduler.runUntil(began + LOOKUP_NANOS, () -> found.size() == wanted);
    }
    int right = 0;
    int total = 0;
    for (int i = 0; i < found.size(); i++) {
      total += expected.get(i).size();
      expected.get(i).retainAll(found.get(i));
      right += expected.get(i).size();
    }
    expect(found.size() == expected.size(), "a lookup of the nearest did not end");
    expect(
        options.slowShare() > 0 || right >= MIN_OVERLAP * total,
        right + " of " + total + " of the nearest were found");
  }

  private void measure(DhtState snapshot, int live) {
    tables.add(snapshot.table().size());
    int warm = 0;
    for (DhtState.TableContact known : snapshot.table()) {
      warm += known.warm() ? 1 : 0;
    }
    links.add(warm);
    sizeErrors.add(Math.abs(snapshot.networkSize() / live - 1));
  }

  private void checkLiveness(List<SimNode> live, Map<DhtKey, Set<DhtKey>> tablesById) {
    List<DhtKey> ids = new ArrayList<>();
    live.stream().filter(n -> !n.isClient()).forEach(node -> ids.add(node.key.id()));
    int checked = 0;
    int complete = 0;
    for (SimNode host : sample(SAMPLED)) {
      Set<DhtKey> known = tablesById.get(host.key.id());
      if (known != null && !host.isClient()) {
        List<DhtKey> nearest = nearest(ids, host.key.id(), NEAREST + 1);
        nearest.remove(host.key.id());
        int expected = Math.min(MIN_NEAREST_KNOWN, nearest.size() * 9 / 10);
        nearest.retainAll(known);
        complete += nearest.size() >= expected ? 1 : 0;
        checked += 1;
      }
    }
    expect(
        checked > 0 && complete >= MIN_COMPLETE_TABLES * checked,
        complete + " of " + checked + " tables know their nearest");
    checkHolders(live, ids);
  }

  private void checkHolders(List<SimNode> live, List<DhtKey> ids) {
    Map<DhtKey, SimNode> byId = new HashMap<>();
    live.forEach(node -> byId.put(node.key.id(), node));
    for (SimNode host : sample(SAMPLED)) {
      DhtKey place = DhtKey.listing(world.network, 0, host.key.toBytes());
      List<DhtKey> nearest = nearest(ids, place, dht.storage().copies());
      int[] holders = new int[1];
      for (DhtKey id : nearest) {
        SimNode node = byId.get(id);
        if (node != null && node.isUp()) {
          node.running()
              .state()
              .subscribe(
                  s -> {
                    boolean holds = s.store().stream().anyMatch(r -> r.place().equals(place));
                    holders[0] += holds ? 1 : 0;
                  });
        }
      }
      world.scheduler.runUntil(world.scheduler.nanos());
      boolean isPublisher = options.publishers() == 0 || host.index < options.publishers();
      int expected = Math.min(MIN_HOLDERS, nearest.size() * 3 / 4);
      expect(
          !isPublisher || holders[0] >= expected,
          "a listing has " + holders[0] + " of its holders");
    }
    boolean measurable =
        options.nodes() >= 500 && options.duration().plus(options.warmup()).toMinutes() >= 60;
    expect(
        !measurable || sizeErrors.mean() <= MAX_SIZE_ERROR,
        "the size is guessed with an error of " + sizeErrors.mean());
  }

  private static List<DhtKey> nearest(List<DhtKey> ids, DhtKey target, int n) {
    List<DhtKey> sorted = new ArrayList<>(ids);
    Comparator<DhtKey> byDistance = target::compareDistance;
    sorted.sort(byDistance);
    return new ArrayList<>(sorted.subList(0, Math.min(n, sorted.size())));
  }

  /** What was sent has arrived, was lost, or is on its way. */
  private void checkBytes() {
    long sent = 0;
    long received = 0;
    for (SimNode node : world.net.nodes()) {
      sent += node.bytesOut;
      received += node.bytesIn;
    }
    expect(sent >= received + world.net.lostBytes(), "more bytes arrived than were sent");
  }
}
