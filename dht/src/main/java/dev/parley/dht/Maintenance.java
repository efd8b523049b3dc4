package dev.parley.dht;

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
 * looks up quiet buckets and its own neighbourhood, offers records, publishes again, saves. Repair
 * is periodic, never in reaction to a failure: under churn the latter feeds on itself (Rhea et al.,
 * "Handling churn in a DHT", 2004). Confined to the node's worker.
 */
final class Maintenance {
  private static final int MAX_PROBES = 16;
  private static final int MAX_DIALS = 8;
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
  private final RecordCache cache;
  private long purgeAt;
  private long saveAt;
  private long selfAt;
  private long sweepAt;
  private int kept;
  private boolean refreshing;
  private Runnable whenAlone = () -> {};

  Maintenance(
      NodeCore core,
      Calls calls,
      Publisher publisher,
      Replication replication,
      Reachability reachability,
      Verification verification,
      RequestHandler handler,
      RecordCache cache) {
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
    purgeAt = now + core.jitter(PURGE_NANOS);
    saveAt = now + core.jitter(SAVE_NANOS);
    selfAt =
        now
            + core.jitter(
                Math.min(FIRST_SELF_LOOKUP_NANOS, core.options.selfLookupInterval().toNanos()));
    sweepAt = now + core.jitter(core.options.refreshInterval().toNanos());
    scheduleTick();
  }

  private void scheduleTick() {
    core.schedule(this::tick, core.jitter(core.options.maintenanceInterval().toNanos()));
  }

  private void tick() {
    if (core.isStopped()) {
      return;
    }
    long now = core.now();
    tendContacts(now);
    verification.refill();
    reachability.tick();
    publisher.tick();
    replication.offerToNewcomers();
    refresh(now);
    if (core.table.size() == 0) {
      whenAlone.run();
    }
    if (now - sweepAt >= 0) {
      long interval = core.options.refreshInterval().toNanos();
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
    handler.rates().purge(now);
    core.purge();
    scheduleTick();
  }

  /**
   * An open link is a sign of life; others are probed, the less often the longer they are known.
   */
  private void tendContacts(long now) {
    int warm = 0;
    List<TableEntry> cold = new ArrayList<>();
    release(core.table.takeReleased());
    for (int b = 0; b < core.table.bucketCount(); b++) {
      List<TableEntry> entries = core.table.bucketAt(b).entries();
      for (int i = 0; i < entries.size(); i++) {
        TableEntry entry = entries.get(i);
        if (entry.isWarm()) {
          entry.alive(now);
          warm += keep(entry) ? 1 : 0;
        } else {
          unkeep(entry);
          cold.add(entry);
        }
      }
    }
    probe(cold, core.options.tableLinks() - warm, now);
  }

  /** Dials those whose turn it is, and the quickest of the others where links are missing. */
  private void probe(List<TableEntry> cold, int missing, long now) {
    int probes = 0;
    List<TableEntry> rest = new ArrayList<>(missing > 0 ? cold.size() : 0);
    for (TableEntry entry : cold) {
      if (entry.isProbeDue(now) && probes < MAX_PROBES) {
        probes++;
        probe(entry.contact());
      } else if (missing > 0) {
        rest.add(entry);
      }
    }
    int dials = Math.min(Math.max(0, MAX_DIALS - probes), missing);
    if (dials > 0) {
      rest.sort(Comparator.comparingDouble(e -> e.rtt().smoothedMillis()));
      for (int i = 0; i < Math.min(dials, rest.size()); i++) {
        probe(rest.get(i).contact());
      }
    }
  }

  private boolean keep(TableEntry entry) {
    if (!entry.isKept() && kept < core.options.tableLinks()) {
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

  private void probe(Contact contact) {
    calls.call(contact, new DhtRequest.Ping(), Calls.IGNORED);
  }

  /** One lookup at a time: the own neighbourhood when it is due, else the quietest bucket. */
  private void refresh(long now) {
    if (refreshing || core.table.size() == 0) {
      return;
    }
    if (now - selfAt >= 0) {
      selfAt = now + core.jitter(core.options.selfLookupInterval().toNanos());
      lookUp(core.self.id(), false, () -> {});
      return;
    }
    long interval = core.options.refreshInterval().toNanos();
    int last = core.table.bucketCount();
    for (int i = 0; i < last; i++) {
      Bucket bucket = core.table.bucketAt(i);
      boolean worthIt = i + 3 < last || !bucket.entries().isEmpty();
      if (worthIt && now - bucket.touchedNanos() >= interval) {
        lookUp(core.self.id().randomAt(i, core.env.random()), i < 4, () -> {});
        return;
      }
    }
  }

  /**
   * Looks up a target and learns from it.
   *
   * @param measure whether the target is drawn from a large part of the space, so that the result
   *     tells how many nodes there are
   */
  void lookUp(DhtKey target, boolean measure, Runnable then) {
    refreshing = true;
    boolean self = target.equals(core.self.id());
    LookupRun.find(
            core,
            calls,
            target,
            measure || self ? LookupSettings.Goal.FIND : LookupSettings.Goal.REFRESH,
            core.now(),
            ended -> {
              refreshing = false;
              learnSize(ended.lookup(), self, measure);
              then.run();
            })
        .start();
  }

  private void learnSize(Lookup lookup, boolean self, boolean measure) {
    List<Contact> nearest = lookup.closest(core.options.bucketSize());
    if (self) {
      core.size.fallback(core.self.id(), nearest);
    } else if (measure && lookup.end() == LookupEnd.COMPLETE) {
      core.size.add(lookup.target(), nearest);
    }
  }

  /** The longest known first; the first eight are of different networks. */
  void save() {
    List<TableEntry> byAge = new ArrayList<>(core.table.entries());
    byAge.sort(Comparator.comparingLong(TableEntry::sinceNanos));
    List<Contact> anchors = new ArrayList<>();
    List<Contact> others = new ArrayList<>();
    Set<Long> networks = new HashSet<>();
    for (TableEntry entry : byAge) {
      Contact contact = entry.contact();
      boolean anchor =
          anchors.size() < TableStore.ANCHORS
              && !entry.isQuestionable()
              && (networks.add(contact.address().wideGroup())
                  || !core.env.addresses().countsNetworks());
      (anchor ? anchors : others).add(contact);
    }
    anchors.addAll(others);
    core.env.store().save(anchors.subList(0, Math.min(TableStore.MAX_CONTACTS, anchors.size())));
  }
}
