package dev.parley.dht.node;

import dev.parley.dht.DhtEvent;
import dev.parley.dht.DhtOptions;
import dev.parley.dht.DhtStats;
import dev.parley.dht.port.DhtEnv;
import dev.parley.dht.port.LinkState;
import dev.parley.dht.store.ListingStore;
import dev.parley.dht.table.AnswerFilter;
import dev.parley.dht.table.ColdCost;
import dev.parley.dht.table.RoutingTable;
import dev.parley.dht.table.Rtt;
import dev.parley.dht.table.RttEstimator;
import dev.parley.dht.table.SizeEstimator;
import dev.parley.dht.table.TableEntry;
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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/**
 * What the parts of a node share: its identity, ports, table, store and the worker on which all of
 * it is used. Nothing here is locked; public entry points go through {@link #execute}.
 */
public final class NodeCore implements LookupCosts {
  private static final int MAX_FAILED = 256;
  private static final int MAX_NEWCOMERS = 64;
  private static final int SETTLED_SECONDS = 600;
  private static final long INTRODUCED_NANOS = 4 * 3_600_000_000_000L;
  private static final long FAILED_NANOS = 120_000_000_000L;

  public final NodeKey self;
  public final DhtOptions options;
  public final DhtEnv env;
  public final RoutingTable table;
  public final ListingStore store;
  public final RttEstimator rtts = new RttEstimator();
  public final SizeEstimator size = new SizeEstimator();
  public final AnswerFilter filter;
  public final Telemetry telemetry;
  public final Endings endings = new Endings();
  public final LostContacts lost = new LostContacts();
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
  private Consumer<TableEntry> restarted = entry -> {};

  public NodeCore(NodeKey self, DhtOptions options, DhtEnv env) {
    this.self = self;
    this.options = options;
    this.env = env;
    this.table =
        new RoutingTable(self.id(), options.table().bucketSize(), env.addresses().countsNetworks());
    this.store = new ListingStore(self.id(), options, env.addresses().countsNetworks());
    this.telemetry = new Telemetry(this, env.listener());
    this.filter = new AnswerFilter(env.addresses());
    this.dials = new DialBudget(options.serving().dialsPerMinute());
    this.worker = env.scheduler().createWorker();
    this.server = options.mode() == DhtOptions.Mode.SERVER;
    env.rpc().onLinkChange(key -> execute(() -> linkChanged(key)));
  }

  private void linkChanged(NodeKey key) {
    TableEntry entry = table.get(key);
    if (entry != null) {
      entry.setWarm(env.rpc().link(key) == LinkState.WARM);
      if (entry.isWarm() && entry.isOtherProcess(env.rpc().process(key))) {
        restarted.accept(entry);
      }
    }
  }

  /** From now on {@code listener} hears of contacts that were restarted. */
  void onRestart(Consumer<TableEntry> listener) {
    restarted = listener;
  }

  /** Whether a contact is to be told again who we are and where. */
  boolean isIntroductionDue(TableEntry entry) {
    return !entry.isIntroduced(changedNanos, INTRODUCED_NANOS, now());
  }

  /** Takes a contact that answered into the table; see {@link RoutingTable#verified}. */
  public RoutingTable.Admission admit(Contact contact, double millis, boolean warm) {
    RoutingTable.Admission admission = table.verified(contact, millis, warm, now());
    if (admission == RoutingTable.Admission.ADDED) {
      lost.remove(contact.key());
      linkChanged(contact.key());
    }
    return admission;
  }

  /** Takes contacts into the table as if they had been there for hours, with all that follows. */
  public void trust(List<Contact> contacts) {
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
      table.bucketAt(i).touch(now - upTo(options.upkeep().refreshInterval().toNanos()));
    }
  }

  private long upTo(long nanos) {
    return (long) (env.random().nextDouble() * nanos);
  }

  public long now() {
    return env.clock().nanos();
  }

  public long wallMillis() {
    return env.clock().wallMillis();
  }

  /** Runs a task on the node's worker; drops it when the node has stopped, see {@link #endings}. */
  public void execute(Runnable task) {
    try {
      Disposable ignored = worker.schedule(task);
    } catch (RejectedExecutionException e) {
      // stopped: nobody waits any more
    }
  }

  public Disposable schedule(Runnable task, long delayNanos) {
    try {
      return worker.schedule(task, Math.max(0, delayNanos), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      return Disposables.disposed();
    }
  }

  /** A time between half and one and a half times {@code nanos}, so that nodes drift apart. */
  public long jitter(long nanos) {
    return nanos / 2 + (long) (env.random().nextDouble() * nanos);
  }

  public boolean isServer() {
    return server;
  }

  public void setServer(boolean value) {
    if (server != value) {
      server = value;
      changedNanos = now();
      telemetry.happened(new DhtEvent.ModeChanged(value));
      telemetry.measure();
    }
  }

  /** How many links are kept open to contacts of the table. */
  public int keptLinks() {
    return Math.min(options.table().tableLinks(), options.maxLinks(server) / 2);
  }

  public List<IpEndpoint> listen() {
    return listen;
  }

  public void setListen(List<IpEndpoint> addresses) {
    changedNanos = now();
    listen = List.copyOf(addresses.subList(0, Math.min(Contact.MAX_ADDRESSES, addresses.size())));
  }

  public void started() {
    startedNanos = now();
  }

  public long uptimeNanos() {
    return now() - startedNanos;
  }

  /** Whether the node was given nobody to join through. */
  public boolean isFirst() {
    return first;
  }

  public void setFirst() {
    first = true;
  }

  /** Whether it has joined the network once. */
  boolean hasJoined() {
    return joined;
  }

  public void setJoined() {
    joined = true;
    telemetry.measure();
  }

  public boolean isStopped() {
    return stopped;
  }

  public void stop() {
    stopped = true;
    telemetry.stop();
    worker.dispose();
    endings.run();
  }

  public boolean isWarm(NodeKey key) {
    return isWarm(table.get(key), key);
  }

  private boolean isWarm(@Nullable TableEntry known, NodeKey key) {
    return known != null ? known.isWarm() : env.rpc().link(key) == LinkState.WARM;
  }

  /** How near the nodes are that hold a listing; 0 while the size of the network is unknown. */
  public double region() {
    return size.region(options.storage().copies());
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

  public List<Contact> closest(DhtKey target, int n) {
    return table.closest(target, n, now());
  }

  /** Contacts that did not answer lately are not asked again because somebody tells of them. */
  public boolean hasFailedLately(NodeKey key) {
    Long at = failed.get(key);
    return at != null && now() - at < FAILED_NANOS;
  }

  /** Whether so few are known that each of them counts. */
  public boolean knowsFew() {
    return table.size() < DhtStats.SAFE_CONTACTS;
  }

  /**
   * Whether so few are known though the network has more. Where it is smaller than a bucket,
   * lookups meet all of it and nothing has to be guessed.
   */
  public boolean knowsTooFew() {
    boolean missesMany = unreached() >= Math.max(1, table.size());
    boolean isLarge = size.isMeasured() && size.size() >= 2 * options.table().bucketSize();
    return knowsFew() && (missesMany || isLarge);
  }

  /** How many nodes of which we heard could not be reached of late. */
  int unreached() {
    return unreached.count(now());
  }

  /** Notes that a node which is not in the table, and said to serve, could not be reached. */
  public void noteUnreached(NodeKey key) {
    unreached.failed(key, now());
  }

  /** Those who did not answer are asked again when told of. */
  public void forgive() {
    failed.clear();
  }

  public void noteFailure(NodeKey key) {
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
  public List<Contact> takeNewcomers() {
    List<Contact> taken = newcomers;
    newcomers = new ArrayList<>(2);
    return taken;
  }

  public void noteNewcomer(Contact contact) {
    if (newcomers.size() < MAX_NEWCOMERS) {
      newcomers.add(contact);
    }
  }

  /** Notes that a lookup passes through the bucket of a target. */
  public void touch(DhtKey target) {
    int prefix = self.id().commonPrefix(target);
    if (prefix < table.bucketCount()) {
      table.bucketAt(prefix).touch(now());
    }
  }

  /** Whether one more request may dial a contact, wherever it says it is. */
  boolean tryDial(Contact contact) {
    boolean mayDial = true;
    for (IpEndpoint address : contact.addresses()) {
      mayDial &= dials.tryDial(host(address), now());
    }
    return mayDial;
  }

  /** Notes that a contact which was dialled has answered. */
  void reached(Contact contact) {
    contact.addresses().forEach(address -> dials.proved(host(address), now()));
  }

  /** The IP address; where all nodes share a machine, with the port. */
  private IpEndpoint host(IpEndpoint address) {
    return env.addresses().isOfThisMachine(address) ? address : address.withPort(1);
  }

  /** Forgets failures and dials that are long ago. */
  public void purge() {
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
        ? options.lookups().warmTimeout().toNanos()
        : options.lookups().coldTimeout().toNanos();
  }
}
