package dev.parley.dht;

import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.NodeKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/**
 * What the parts of a node share: its identity, ports, table, store and the worker on which all of
 * it is used. Nothing here is locked; public entry points go through {@link #execute}.
 */
final class NodeCore implements LookupCosts {
  private static final int MAX_FAILED = 256;
  private static final int MAX_NEWCOMERS = 64;
  private static final int SETTLED_SECONDS = 600;
  private static final long INTRODUCED_NANOS = 4 * 3_600_000_000_000L;
  private static final long FAILED_NANOS = 120_000_000_000L;

  final NodeKey self;
  final DhtOptions options;
  final DhtEnv env;
  final RoutingTable table;
  final RecordStore store;
  final RttEstimator rtts = new RttEstimator();
  final SizeEstimator size = new SizeEstimator();
  final AnswerFilter filter;
  final Telemetry telemetry;
  final Endings endings = new Endings();
  private final DialBudget dials;
  private final Scheduler.Worker worker;
  private final Map<NodeKey, Long> failed = new LinkedHashMap<>(2);
  private final Unreached unreached = new Unreached();
  private List<Contact> newcomers = new ArrayList<>(2);
  private List<IpEndpoint> listen = List.of();
  private boolean server;
  private volatile boolean stopped;
  private boolean first;
  private boolean joined;
  private long startedNanos;
  private long changedNanos;

  NodeCore(NodeKey self, DhtOptions options, DhtEnv env) {
    this.self = self;
    this.options = options;
    this.env = env;
    this.table =
        new RoutingTable(self.id(), options.bucketSize(), env.addresses().countsNetworks());
    this.store = new RecordStore(self.id(), options, env.addresses().countsNetworks());
    this.telemetry = new Telemetry(this, env.listener());
    this.filter = new AnswerFilter(env.addresses());
    this.dials = new DialBudget(options.dialsPerMinute());
    this.worker = env.scheduler().createWorker();
    this.server = options.mode() == DhtOptions.Mode.SERVER;
    env.rpc().onLinkChange(key -> execute(() -> linkChanged(key)));
  }

  private void linkChanged(NodeKey key) {
    TableEntry entry = table.get(key);
    if (entry != null) {
      entry.setWarm(env.rpc().link(key) == LinkState.WARM);
    }
  }

  /** Whether a contact is to be told again who we are and where. */
  boolean isIntroductionDue(TableEntry entry) {
    return !entry.isIntroduced(changedNanos, INTRODUCED_NANOS, now());
  }

  /** Takes a contact that answered into the table; see {@link RoutingTable#verified}. */
  RoutingTable.Admission admit(Contact contact, double millis, boolean warm) {
    RoutingTable.Admission admission = table.verified(contact, millis, warm, now());
    if (admission == RoutingTable.Admission.ADDED) {
      linkChanged(contact.key());
    }
    return admission;
  }

  /** Takes contacts into the table as if they had been there for hours, with all that follows. */
  void trust(List<Contact> contacts) {
    long now = now();
    changedNanos = now - INTRODUCED_NANOS;
    for (Contact contact : contacts) {
      table.verified(contact, -1, false, now);
      TableEntry entry = table.get(contact.key());
      if (entry != null) {
        linkChanged(contact.key());
        entry.knownFor(INTRODUCED_NANOS, upTo(TableEntry.LAST_PROBE_NANOS), now);
        entry.introduced(now - upTo(INTRODUCED_NANOS));
      }
    }
    for (int i = 0; i < table.bucketCount(); i++) {
      table.bucketAt(i).touch(now - upTo(options.refreshInterval().toNanos()));
    }
  }

  private long upTo(long nanos) {
    return (long) (env.random().nextDouble() * nanos);
  }

  long now() {
    return env.clock().nanos();
  }

  long wallMillis() {
    return env.clock().wallMillis();
  }

  /** Runs a task on the node's worker; drops it when the node has stopped, see {@link #endings}. */
  void execute(Runnable task) {
    try {
      Disposable ignored = worker.schedule(task);
    } catch (RejectedExecutionException e) {
      // stopped: nobody waits any more
    }
  }

  Disposable schedule(Runnable task, long delayNanos) {
    try {
      return worker.schedule(task, Math.max(0, delayNanos), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      return Disposables.disposed();
    }
  }

  /** A time between half and one and a half times {@code nanos}, so that nodes drift apart. */
  long jitter(long nanos) {
    return nanos / 2 + (long) (env.random().nextDouble() * nanos);
  }

  boolean isServer() {
    return server;
  }

  void setServer(boolean value) {
    if (server != value) {
      server = value;
      changedNanos = now();
      telemetry.happened(new DhtEvent.ModeChanged(value));
      telemetry.measure();
    }
  }

  /** How many links are kept open to contacts of the table. */
  int keptLinks() {
    return options.keptLinks(server);
  }

  List<IpEndpoint> listen() {
    return listen;
  }

  void setListen(List<IpEndpoint> addresses) {
    changedNanos = now();
    listen = List.copyOf(addresses.subList(0, Math.min(Contact.MAX_ADDRESSES, addresses.size())));
  }

  void started() {
    startedNanos = now();
  }

  long uptimeNanos() {
    return now() - startedNanos;
  }

  /** Whether the node was given nobody to join through. */
  boolean isFirst() {
    return first;
  }

  void setFirst() {
    first = true;
  }

  /** Whether it has joined the network once. */
  boolean hasJoined() {
    return joined;
  }

  void setJoined() {
    joined = true;
    telemetry.measure();
  }

  boolean isStopped() {
    return stopped;
  }

  void stop() {
    stopped = true;
    telemetry.stop();
    worker.dispose();
    endings.run();
  }

  boolean isWarm(NodeKey key) {
    return isWarm(table.get(key), key);
  }

  private boolean isWarm(@Nullable TableEntry known, NodeKey key) {
    return known != null ? known.isWarm() : env.rpc().link(key) == LinkState.WARM;
  }

  /** How near the nodes are that hold a record; 0 while the size of the network is unknown. */
  double region() {
    return size.region(options.copies());
  }

  /**
   * Nodes that we have seen appear less than ten minutes ago may be gone as soon, or may have been
   * made for one place; who is only told of by others has been there for them.
   */
  @Override
  public boolean isSettled(Contact contact) {
    TableEntry entry = table.get(contact.key());
    return entry == null || entry.knownSeconds(now()) >= SETTLED_SECONDS;
  }

  List<Contact> closest(DhtKey target, int n) {
    return table.closest(target, n, now());
  }

  /** Contacts that did not answer lately are not asked again because somebody tells of them. */
  boolean hasFailedLately(NodeKey key) {
    Long at = failed.get(key);
    return at != null && now() - at < FAILED_NANOS;
  }

  /** Whether so few are known that each of them counts. */
  boolean knowsFew() {
    return table.size() < DhtStats.SAFE_CONTACTS;
  }

  /**
   * Whether so few are known though the network has more. Where it is smaller than a bucket,
   * lookups meet all of it and nothing has to be guessed.
   */
  boolean knowsTooFew() {
    boolean missesMany = unreached() >= Math.max(1, table.size());
    boolean isLarge = size.isMeasured() && size.size() >= 2 * options.bucketSize();
    return knowsFew() && (missesMany || isLarge);
  }

  /** How many nodes of which we heard could not be reached of late. */
  int unreached() {
    return unreached.count(now());
  }

  /** Notes that a node which is not in the table, and said to serve, could not be reached. */
  void noteUnreached(NodeKey key) {
    unreached.failed(key, now());
  }

  /** Those who did not answer are asked again when told of. */
  void forgive() {
    failed.clear();
  }

  void noteFailure(NodeKey key) {
    failed.remove(key);
    failed.put(key, now());
    if (failed.size() > MAX_FAILED) {
      failed.remove(failed.keySet().iterator().next());
    }
  }

  void noteSuccess(NodeKey key) {
    failed.remove(key);
    unreached.reached(key);
  }

  /** Contacts that entered the table since this was last called. */
  List<Contact> takeNewcomers() {
    List<Contact> taken = newcomers;
    newcomers = new ArrayList<>(2);
    return taken;
  }

  void noteNewcomer(Contact contact) {
    if (newcomers.size() < MAX_NEWCOMERS) {
      newcomers.add(contact);
    }
  }

  /** Notes that a lookup passes through the bucket of a target. */
  void touch(DhtKey target) {
    int prefix = self.id().commonPrefix(target);
    if (prefix < table.bucketCount()) {
      table.bucketAt(prefix).touch(now());
    }
  }

  /** Whether one more request may dial a contact at its first address, which is tried first. */
  boolean tryDial(Contact contact) {
    return dials.tryDial(contact.address(), now());
  }

  /** Forgets failures and dials that are long ago. */
  void purge() {
    long now = now();
    dials.purge(now);
    failed.values().removeIf(at -> now - at >= FAILED_NANOS);
  }

  @Override
  public double expectedMillis(Contact contact) {
    TableEntry entry = table.get(contact.key());
    double roundTrip =
        entry != null && entry.rtt().isKnown() ? entry.rtt().smoothedMillis() : rtts.medianMillis();
    double cost = isWarm(entry, contact.key()) ? roundTrip : roundTrip * ColdCost.ROUND_TRIPS;
    return entry != null && entry.isQuestionable() ? cost + 1000 : cost;
  }

  @Override
  public long softNanos(Contact contact) {
    TableEntry entry = table.get(contact.key());
    double roundTrip =
        entry != null && entry.rtt().isKnown() ? entry.rtt().timeoutMillis() : rtts.softMillis();
    double wait = isWarm(entry, contact.key()) ? roundTrip : roundTrip * ColdCost.ROUND_TRIPS;
    return (long) (1e6 * Math.min(wait, Rtt.MAX_TIMEOUT_MILLIS));
  }

  @Override
  public long hardNanos(Contact contact) {
    return isWarm(contact.key())
        ? options.warmTimeout().toNanos()
        : options.coldTimeout().toNanos();
  }
}
