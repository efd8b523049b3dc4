package dev.parley.dht.node;

import dev.parley.dht.DhtEvent;
import dev.parley.dht.DhtStats;
import dev.parley.dht.LookupReport;
import dev.parley.dht.Outcome;
import dev.parley.dht.port.DhtListener;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.DhtRequest;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * Tells what happens to the user's listener and to subscribers of events, and keeps the sums. All
 * is written on the node's worker; sums are read from any thread. One array of them is smaller than
 * an object for each, which counts where a simulation has many nodes.
 */
public final class Telemetry implements DhtListener {
  /** Events that wait for a slow subscriber; the oldest of more are dropped. */
  public static final int EVENT_BUFFER = 256;

  private static final int OPS = DhtRequest.Op.values().length;
  private static final int PER_OP = 4;

  private static final int LOOKUPS = OPS * PER_OP;
  private static final int PUTS = LOOKUPS + Outcome.values().length;
  private static final int FROM_CACHE = PUTS + DhtAnswer.PutResult.values().length;
  private static final int TOLD_ALIVE = FROM_CACHE + 1;
  private static final int TOLD_DEAD = TOLD_ALIVE + 1;
  private static final int OWN_COPIES = TOLD_DEAD + 1;
  private static final int CONTACTS = OWN_COPIES + 1;
  private static final int LISTINGS = CONTACTS + 1;
  private static final int LISTING_BYTES = LISTINGS + 1;
  private static final int EVICTED = LISTING_BYTES + 1;
  private static final int EQUIVOCATIONS = EVICTED + 1;
  private static final int SIZE = EQUIVOCATIONS + 1;
  private static final int RUNNING = SIZE + 1;
  private static final int IN_FLIGHT = RUNNING + 1;
  private static final int PEERS = IN_FLIGHT + 1;
  private static final int SERVER = PEERS + 1;
  private static final int UNREACHED = SERVER + 1;
  private static final int FAILING = UNREACHED + 1;
  private static final int CELLS = FAILING + 1;

  /** What is counted elsewhere. */
  public interface Gauges {
    int lookupsRunning();

    int callsInFlight();

    int peersCounted();
  }

  private final NodeCore core;
  private final DhtListener users;
  private final AtomicLongArray cells = new AtomicLongArray(CELLS);
  private final AtomicLong dropped = new AtomicLong();
  private final Sinks.Many<DhtEvent> events = Sinks.many().multicast().directBestEffort();
  private volatile DhtStats.Health known = DhtStats.Health.BOOTSTRAPPING;
  private Gauges gauges =
      new Gauges() {
        @Override
        public int lookupsRunning() {
          return 0;
        }

        @Override
        public int callsInFlight() {
          return 0;
        }

        @Override
        public int peersCounted() {
          return 0;
        }
      };

  Telemetry(NodeCore core, DhtListener users) {
    this.core = core;
    this.users = users;
  }

  /** From now on these are read as well. */
  public void watch(Gauges what) {
    gauges = what;
  }

  @SuppressWarnings("EnumOrdinal") // an array index that is never stored
  private static int index(Enum<?> value) {
    return value.ordinal();
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private void add(int cell, long n) {
    cells.lazySet(cell, cells.get(cell) + n);
  }

  @Override
  public void called(DhtRequest.Op op, boolean warm, long nanos, String outcome) {
    int kind = outcome.equals("ok") ? 0 : outcome.equals("refused") ? 1 : 2;
    add(index(op) * PER_OP + kind, 1);
    add(index(op) * PER_OP + PER_OP - 1, nanos);
    measure();
    users.called(op, warm, nanos, outcome);
  }

  @Override
  public void toldContactAsked(boolean answered) {
    add(answered ? TOLD_ALIVE : TOLD_DEAD, 1);
    users.toldContactAsked(answered);
  }

  @Override
  public void resolved(LookupReport report) {
    add(LOOKUPS + index(report.outcome()), 1);
    if (report.isFromCache()) {
      add(FROM_CACHE, 1);
    }
    users.resolved(report);
  }

  @Override
  public void stored(DhtKey place, AgentListing listing, DhtAnswer.PutResult result) {
    add(PUTS + index(result), 1);
    users.stored(place, listing, result);
  }

  @Override
  public void happened(DhtEvent event) {
    if (event instanceof DhtEvent.Published published) {
      cells.lazySet(OWN_COPIES, published.report().stored());
    }
    users.happened(event);
    events.tryEmitNext(event); // without subscribers it is nobody's
  }

  /** Takes down all sizes, and tells when the node's health has changed. */
  public void measure() {
    cells.lazySet(CONTACTS, core.table.size());
    cells.lazySet(LISTINGS, core.store.size());
    cells.lazySet(LISTING_BYTES, core.store.bytes());
    cells.lazySet(EVICTED, core.store.evictions());
    cells.lazySet(EQUIVOCATIONS, core.store.equivocations());
    cells.lazySet(SIZE, Math.round(core.size.size()));
    cells.lazySet(RUNNING, gauges.lookupsRunning());
    cells.lazySet(IN_FLIGHT, gauges.callsInFlight());
    cells.lazySet(PEERS, gauges.peersCounted());
    cells.lazySet(SERVER, core.isServer() ? 1 : 0);
    cells.lazySet(UNREACHED, core.unreached());
    cells.lazySet(FAILING, core.table.isUplinkDown() ? 1 : 0);
    DhtStats.Health health = health();
    if (health != known) {
      known = health;
      happened(new DhtEvent.HealthChanged(health, core.table.size()));
    }
  }

  private DhtStats.Health health() {
    if (!core.hasJoined()) {
      return DhtStats.Health.BOOTSTRAPPING;
    }
    if (core.knowsTooFew()) {
      return DhtStats.Health.WEAK;
    }
    if (core.table.size() == 0) { // what was asked last does not matter where nobody is left
      return core.isFirst() ? DhtStats.Health.ALONE : DhtStats.Health.WEAK;
    }
    return core.table.isUplinkDown() ? DhtStats.Health.WEAK : DhtStats.Health.GOOD;
  }

  /** No more events come. */
  void stop() {
    events.tryEmitComplete();
  }

  public Flux<DhtEvent> events() {
    return events
        .asFlux()
        .onBackpressureBuffer(
            EVENT_BUFFER, event -> dropped.incrementAndGet(), BufferOverflowStrategy.DROP_OLDEST);
  }

  public DhtStats stats() {
    Map<Outcome, Long> lookups = new EnumMap<>(Outcome.class);
    for (Outcome outcome : Outcome.values()) {
      lookups.put(outcome, cells.get(LOOKUPS + index(outcome)));
    }
    Map<String, Long> puts = new HashMap<>();
    for (DhtAnswer.PutResult result : DhtAnswer.PutResult.values()) {
      puts.put(name(result), cells.get(PUTS + index(result)));
    }
    Map<String, DhtStats.Calls> calls = new HashMap<>();
    for (DhtRequest.Op op : DhtRequest.Op.values()) {
      int at = index(op) * PER_OP;
      calls.put(
          name(op),
          new DhtStats.Calls(
              cells.get(at), cells.get(at + 1), cells.get(at + 2), cells.get(at + 3)));
    }
    return new DhtStats(
        known,
        cells.get(SERVER) == 1,
        (int) cells.get(CONTACTS),
        (int) cells.get(UNREACHED),
        cells.get(FAILING) == 1,
        (int) cells.get(LISTINGS),
        cells.get(LISTING_BYTES),
        cells.get(EVICTED),
        cells.get(EQUIVOCATIONS),
        cells.get(SIZE),
        (int) cells.get(RUNNING),
        (int) cells.get(IN_FLIGHT),
        (int) cells.get(PEERS),
        (int) cells.get(OWN_COPIES),
        dropped.get(),
        lookups,
        cells.get(FROM_CACHE),
        cells.get(TOLD_ALIVE),
        cells.get(TOLD_DEAD),
        puts,
        calls);
  }
}
