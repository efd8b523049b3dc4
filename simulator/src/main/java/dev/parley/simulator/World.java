package dev.parley.simulator;

import dev.parley.Network;
import dev.parley.NetworkId;
import dev.parley.dht.DhtOptions;
import dev.parley.dht.life.KademliaNode;
import dev.parley.dht.port.AddressRules;
import dev.parley.dht.port.DhtClock;
import dev.parley.dht.port.DhtEnv;
import dev.parley.dht.port.TableStore;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.ListingSigner;
import dev.parley.dht.wire.ListingVerifier;
import dev.parley.dht.wire.NodeKey;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;

/** The hosts, the network between them, and what it takes to start a node on one of them. */
final class World {
  /** Purposes of random streams. */
  static final int KEYS = 1;

  static final int PLACES = 2;
  static final int LATENCIES = 3;
  static final int LOGIC = 4;
  static final int CHURN = 5;
  static final int WORK = 6;
  static final int TABLES = 7;
  static final int KINDS = 8;

  private static final int PORT = 7400;
  private static final int SWEEP_SECONDS = 30;
  private static final long START_MILLIS = 1_800_000_000_000L;
  private static final int FAKE_SIGNATURE_LENGTH = 64;

  final long seed;
  final NetworkId network = Network.open("simulation").id();
  final SimScheduler scheduler = SimScheduler.create();
  final Trace trace = new Trace();
  final SimNet net = new SimNet(network, scheduler, trace);
  final Statistics statistics;
  final AddressRules policy = AddressRules.publicInternet();
  final DhtClock clock;
  private final Map<Integer, List<Contact>> saved = new HashMap<>();
  private final DhtOptions options;
  private final SimulationOptions.Latency latency;
  private int nextIndex;

  World(long seed, DhtOptions options, Statistics statistics) {
    this(seed, SimulationOptions.Latency.K1, options, statistics);
  }

  World(long seed, SimulationOptions.Latency latency, DhtOptions options, Statistics statistics) {
    this.seed = seed;
    this.latency = latency;
    this.options = options;
    this.statistics = statistics;
    this.clock = clock(0);
    scheduleSweep();
  }

  private DhtClock clock(long offsetMillis) {
    return new DhtClock() {
      @Override
      public long nanos() {
        return scheduler.nanos();
      }

      @Override
      public long wallMillis() {
        return START_MILLIS + offsetMillis + scheduler.nanos() / 1_000_000L;
      }
    };
  }

  private void sweepLinks() {
    net.sweepLinks();
    scheduleSweep();
  }

  private void scheduleSweep() {
    scheduler.schedule(this::sweepLinks, SWEEP_SECONDS, TimeUnit.SECONDS);
  }

  /** A new host with a random key; down. */
  SimNode create() {
    byte[] key = new byte[32];
    SimRandom.stream(seed, KEYS, nextIndex).nextBytes(key);
    return create(NodeKey.of(network, key), randomAddress(nextIndex, 0));
  }

  SimNode create(NodeKey key, IpEndpoint address) {
    int index = nextIndex++;
    SimNode node =
        new SimNode(
            index,
            key,
            address,
            LatencyModel.draw(latency, SimRandom.stream(seed, PLACES, index)),
            SimRandom.stream(seed, LATENCIES, index));
    net.add(node);
    return node;
  }

  /** A random public address; {@code move} counts the moves of a host. */
  IpEndpoint randomAddress(int index, int move) {
    SimRandom random = SimRandom.stream(seed, PLACES, ((long) move << 32) + index + (1L << 60));
    while (true) {
      IpEndpoint address = IpEndpoint.v4(random.nextInt(), PORT);
      if (policy.allows(address)) {
        return address;
      }
    }
  }

  /** Starts a node whose table is in place. */
  void bootWith(SimNode host, List<Contact> table) {
    boot(host, options.toBuilder().table(t -> t.trustSavedTable(true)).build(), table, List.of())
        .subscribe(v -> {}, stopped -> {});
  }

  /** Starts a node that has to join. */
  void join(SimNode host, List<Contact> seeds) {
    DhtOptions own =
        host.isClient() ? options.toBuilder().mode(DhtOptions.Mode.CLIENT).build() : options;
    joining(host, boot(host, own, saved.getOrDefault(host.index, List.of()), seeds));
  }

  /** Starts a node that has to join, with options of its own. */
  void join(SimNode host, List<Contact> seeds, DhtOptions own) {
    joining(host, boot(host, own, List.of(), seeds));
  }

  private void joining(SimNode host, Mono<Void> ready) {
    KademliaNode node = host.running();
    long start = scheduler.nanos();
    ready.subscribe(
        v -> {},
        e -> {},
        () -> {
          if (host.isHonest()) {
            statistics.joined(scheduler.nanos() - start, node.stats());
          }
        });
  }

  private Mono<Void> boot(SimNode host, DhtOptions with, List<Contact> table, List<Contact> seeds) {
    DhtEnv env =
        new DhtEnv(
            network,
            scheduler,
            host.clockOffsetMillis() == 0 ? clock : clock(host.clockOffsetMillis()),
            SimRandom.stream(seed, LOGIC, ((long) host.session() << 32) + host.index),
            net.rpcOf(host),
            signer(),
            verifier(),
            storeOf(host, table),
            policy,
            statistics);
    KademliaNode node = KademliaNode.create(host.key, with, env);
    host.boot(node);
    trace.event(scheduler.nanos(), host.index, host.session(), 100);
    return node.start(seeds, List.of(host.address()));
  }

  private TableStore storeOf(SimNode host, List<Contact> table) {
    return new TableStore() {
      @Override
      public List<Contact> load() {
        return table;
      }

      @Override
      public void save(List<Contact> contacts) {
        saved.put(host.index, List.copyOf(contacts.subList(0, Math.min(32, contacts.size()))));
      }
    };
  }

  /** A host vanishes without a word. */
  void crash(SimNode host) {
    KademliaNode node = host.running();
    trace.event(scheduler.nanos(), host.index, host.session(), 101);
    node.stop().subscribe();
    host.crash(scheduler.nanos());
  }

  /** Stands in for Ed25519, which would take most of the time: a keyed checksum. */
  static ListingSigner signer() {
    return statement -> {
      byte[] signature = new byte[FAKE_SIGNATURE_LENGTH];
      int hash = Arrays.hashCode(statement);
      for (int i = 0; i < 4; i++) {
        signature[i] = (byte) (hash >>> (8 * i));
      }
      return signature;
    };
  }

  private static ListingVerifier verifier() {
    return World::isSigned;
  }

  private static boolean isSigned(AgentListing listing) {
    return Arrays.equals(signer().sign(listing.statement()), listing.signature());
  }
}
