package dev.parley.dht.life;

import dev.parley.dht.lookup.Lookup;
import dev.parley.dht.lookup.LookupEnd;
import dev.parley.dht.lookup.LookupRun;
import dev.parley.dht.lookup.LookupSettings;
import dev.parley.dht.node.Calls;
import dev.parley.dht.node.NodeCore;
import dev.parley.dht.node.Reachability;
import dev.parley.dht.port.TableStore;
import dev.parley.dht.publish.Publisher;
import dev.parley.dht.publish.Replication;
import dev.parley.dht.serve.RequestHandler;
import dev.parley.dht.serve.Verification;
import dev.parley.dht.store.ListingCache;
import dev.parley.dht.table.Bucket;
import dev.parley.dht.table.TableEntry;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.NodeKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a node does by itself, all from one timer: probes contacts, keeps links of the table open,
 * looks up quiet buckets and its own neighbourhood, offers listings, publishes again, saves. Repair
 * is periodic, never in reaction to a failure: under churn the latter feeds on itself (Rhea et al.,
 * "Handling churn in a DHT", 2004). Confined to the node's worker.
 */
final class Maintenance {
  private static final int MAX_PROBES = 16;
  private static final int MAX_DIALS = 8;

  /** A node that knows too few of its network looks for more of it this often. */
  private static final long LOOK_FOR_MORE_NANOS = 300_000_000_000L;

  private static final int TENDED_TICKS = 3;

  /** Patience with a contact of a full bucket, and of one of which a third has links. */
  private static final int ONE_OF_MANY = 2;

  private static final int IN_RESERVE = 8;

  /** Lookups in so many of the farthest buckets tell how large the network is. */
  private static final int MEASURED = 4;

  private static final long PURGE_NANOS = 300_000_000_000L;
  private static final long SAVE_NANOS = 600_000_000_000L;
  private static final long FIRST_SELF_LOOKUP_NANOS = 600_000_000_000L;

  private final NodeCore core;
  private final Calls calls;
  private final Publisher publisher;
  private final Replication replication;
  private final Reachability reachability;
  private final Verification verification;
  private final RequestHandler handler;
  private final ListingCache cache;
  private long tendAt;
  private long purgeAt;
  private long saveAt;
  private long selfAt;
  private long moreAt;
  private long sweepAt;
  private long measureAt;
  private int kept;
  private boolean refreshing;
  private boolean alone;
  private Runnable whenAlone = () -> {};

  Maintenance(
      NodeCore core,
      Calls calls,
      Publisher publisher,
      Replication replication,
      Reachability reachability,
      Verification verification,
      RequestHandler handler,
      ListingCache cache) {
    this.core = core;
    this.calls = calls;
    this.publisher = publisher;
    this.replication = replication;
    this.reachability = reachability;
    this.verification = verification;
    this.handler = handler;
    this.cache = cache;
  }

  /** Starts; {@code whenAlone} is run now and then while there are no contacts. */
  void start(Runnable alone) {
    whenAlone = alone;
    long now = core.now();
    tendAt = now;
    purgeAt = now + core.jitter(PURGE_NANOS);
    saveAt = now + core.jitter(SAVE_NANOS);
    selfAt =
        now
            + core.jitter(
                Math.min(
                    FIRST_SELF_LOOKUP_NANOS, core.options.upkeep().selfLookupInterval().toNanos()));
    moreAt = now + LOOK_FOR_MORE_NANOS;
    sweepAt = now + core.jitter(core.options.upkeep().refreshInterval().toNanos());
    measureAt = now + core.jitter(measurePause());
    scheduleTick();
  }

  private void scheduleTick() {
    core.schedule(this::tick, core.jitter(interval()));
  }

  private void tick() {
    if (core.isStopped()) {
      return;
    }
    long now = core.now();
    if (now - tendAt >= 0) {
      tendContacts(now);
      handler.rates().purge(now);
      core.purge();
    }
    verification.refill();
    reachability.tick();
    publisher.tick();
    replication.offerToNewcomers();
    refresh(now);
    lookAfterCompany(now);
    if (now - sweepAt >= 0) {
      long interval = core.options.upkeep().refreshInterval().toNanos();
      sweepAt = now + core.jitter(interval);
      replication.sweep(now - interval);
    }
    if (now - purgeAt >= 0) {
      purgeAt = now + PURGE_NANOS;
      core.store.purge(core.wallMillis());
      cache.purge(now);
    }
    if (now - saveAt >= 0) {
      saveAt = now + SAVE_NANOS;
      save();
    }
    core.telemetry.measure();
    scheduleTick();
  }

  /** Who was alone and has been found by another looks for those whom that one knows. */
  private void lookAfterCompany(long now) {
    if (core.table.size() == 0) {
      alone = true;
      whenAlone.run();
    } else if (alone) {
      alone = false;
      selfAt = now;
    }
  }

  /**
   * An open link is a sign of life; others are probed, the less often the longer they are known.
   * Outside of our own neighbourhood those of a full bucket are probed less often: they are not
   * told of once they have been silent for long, and there are others to tell of.
   *
   * <p>Links are kept to our neighbours, since what is relayed to us mostly goes on to one of them,
   * and to the quickest of the others.
   */
  private void tendContacts(long now) {
    release(core.table.takeReleased());
    List<TableEntry> due = new ArrayList<>();
    List<TableEntry> near = new ArrayList<>();
    List<TableEntry> far = new ArrayList<>();
    int neighbourhood = core.table.neighbourhood();
    int farLinks = 0;
    int mostFarLinks = core.keptLinks() * 2 / 3;
    for (int b = 0; b < core.table.bucketCount(); b++) {
      Bucket bucket = core.table.bucketAt(b);
      List<TableEntry> entries = bucket.entries();
      boolean isFar = b < neighbourhood;
      int patience = isFar ? patience(bucket) : 1;
      for (int i = 0; i < entries.size(); i++) {
        TableEntry entry = entries.get(i);
        if (entry.isWarm()) {
          entry.alive(now);
          boolean isKept = keep(entry, !isFar || farLinks < mostFarLinks);
          farLinks += isKept && isFar ? 1 : 0;
        } else {
          unkeep(entry);
          (entry.isProbeDue(now, patience) ? due : isFar ? far : near).add(entry);
        }
      }
    }
    boolean all = probe(due, near, far, mostFarLinks - farLinks);
    tendAt = all ? now + TENDED_TICKS * interval() : now;
  }

  private static int patience(Bucket bucket) {
    if (!bucket.isFull()) {
      return 1;
    }
    return 3 * bucket.warm() >= bucket.entries().size() ? IN_RESERVE : ONE_OF_MANY;
  }

  private long interval() {
    return core.options.upkeep().maintenanceInterval().toNanos();
  }

  /**
   * Dials those whose turn it is, then neighbours, then the quickest of the others, while links are
   * missing.
   *
   * @return whether no more links are wanted
   */
  private boolean probe(
      List<TableEntry> due, List<TableEntry> near, List<TableEntry> far, int farMissing) {
    int probes = probe(due, MAX_PROBES);
    int missing = core.keptLinks() - kept;
    int wanted = Math.min(missing, near.size() + Math.min(Math.max(0, farMissing), far.size()));
    int dials = Math.min(Math.max(0, MAX_DIALS - probes), wanted);
    if (dials > 0) {
      dials -= probe(near, dials);
      far.sort(Comparator.comparingDouble(e -> e.rtt().smoothedMillis()));
      probe(far, dials);
    }
    return wanted <= 0;
  }

  private int probe(List<TableEntry> entries, int most) {
    int n = Math.min(entries.size(), most);
    for (int i = 0; i < n; i++) {
      calls.call(entries.get(i).contact(), new DhtRequest.Ping(), Calls.IGNORED);
    }
    return n;
  }

  private boolean keep(TableEntry entry, boolean hasPlace) {
    if (!entry.isKept() && hasPlace && kept < core.keptLinks()) {
      kept++;
      entry.setKept(true);
      core.env.rpc().keepOpen(entry.contact().key(), true);
    }
    return entry.isKept();
  }

  private void unkeep(TableEntry entry) {
    if (entry.isKept()) {
      entry.setKept(false);
      release(List.of(entry.contact().key()));
    }
  }

  private void release(List<NodeKey> keys) {
    kept -= keys.size();
    keys.forEach(key -> core.env.rpc().keepOpen(key, false));
  }

  /**
   * One lookup at a time: the own neighbourhood when it is due, else one that measures the network,
   * else the quietest bucket.
   */
  private void refresh(long now) {
    if (refreshing || core.table.size() == 0) {
      return;
    }
    if (now - selfAt >= 0 || (now - moreAt >= 0 && core.knowsTooFew())) {
      moreAt = now + LOOK_FOR_MORE_NANOS;
      selfAt = now + core.jitter(core.options.upkeep().selfLookupInterval().toNanos());
      lookUp(core.self.id(), false, () -> {});
      return;
    }
    if (now - measureAt >= 0) {
      measureAt = now + core.jitter(measurePause());
      int at = core.env.random().nextInt(MEASURED);
      lookUp(core.self.id().randomAt(at, core.env.random()), true, () -> {});
      return;
    }
    long interval = core.options.upkeep().refreshInterval().toNanos();
    int last = core.table.bucketCount();
    for (int i = 0; i < last; i++) {
      Bucket bucket = core.table.bucketAt(i);
      boolean worthIt = i + 3 < last || !bucket.entries().isEmpty();
      if (worthIt && now - bucket.touchedNanos() >= interval && !isSettled(i, bucket)) {
        lookUp(core.self.id().randomAt(i, core.env.random()), i < MEASURED, () -> {});
        return;
      }
    }
  }

  /** Users' lookups keep the far buckets from being quiet, and tell nothing of the size. */
  private long measurePause() {
    long interval = core.options.upkeep().refreshInterval().toNanos();
    return interval / (core.size.isMeasured() ? MEASURED : 3 * MEASURED);
  }

  private static boolean isSettled(int at, Bucket bucket) {
    return at >= MEASURED && patience(bucket) == IN_RESERVE;
  }

  /**
   * Looks up a target and learns from it.
   *
   * @param measure whether the target is drawn from a large part of the space, so that the result
   *     tells how many nodes there are
   */
  void lookUp(DhtKey target, boolean measure, Runnable then) {
    boolean all = measure || target.equals(core.self.id());
    lookUp(target, all ? LookupSettings.Goal.FIND : LookupSettings.Goal.REFRESH, measure, then);
  }

  /** Looks up the own neighbourhood through contacts that are not in the table. */
  void joinThrough(List<Contact> contacts) {
    lookUp(core.self.id(), LookupSettings.Goal.FIND, contacts, false, () -> {});
  }

  /** Looks up the own neighbourhood, in a hurry: the node is not ready before. */
  void join(Runnable then) {
    lookUp(core.self.id(), LookupSettings.Goal.JOIN, false, then);
  }

  private void lookUp(DhtKey target, LookupSettings.Goal goal, boolean measure, Runnable then) {
    lookUp(target, goal, List.of(), measure, then);
  }

  private void lookUp(
      DhtKey target, LookupSettings.Goal goal, List<Contact> more, boolean measure, Runnable then) {
    refreshing = true;
    LookupRun.find(
            core,
            calls,
            target,
            goal,
            core.now(),
            ended -> {
              refreshing = false;
              learnSize(ended.lookup(), measure);
              then.run();
            })
        .start(more);
  }

  private void learnSize(Lookup lookup, boolean measure) {
    List<Contact> nearest = lookup.closest(core.options.table().bucketSize());
    if (lookup.target().equals(core.self.id())) {
      core.size.fallback(core.self.id(), nearest);
    } else if (measure && lookup.end() == LookupEnd.COMPLETE) {
      core.size.add(lookup.target(), nearest);
    }
  }

  /** The longest known first; the first eight are of different networks. */
  void save() {
    List<TableEntry> byAge = new ArrayList<>(core.table.entries());
    long now = core.now();
    byAge.sort(Comparator.comparingInt(entry -> -entry.knownSeconds(now)));
    List<Contact> anchors = new ArrayList<>();
    List<Contact> others = new ArrayList<>();
    Set<Long> networks = new HashSet<>();
    for (TableEntry entry : byAge) {
      Contact contact = entry.contact();
      boolean anchor =
          anchors.size() < TableStore.ANCHORS
              && !entry.isQuestionable()
              && (networks.add(contact.wideGroup()) || !core.env.addresses().countsNetworks());
      (anchor ? anchors : others).add(contact);
    }
    anchors.addAll(others);
    core.env.store().save(anchors.subList(0, Math.min(TableStore.MAX_CONTACTS, anchors.size())));
  }
}
