package dev.parley.dht;

import dev.parley.dht.wire.AgentRecord;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.RecordAddress;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps our own record in the network: at once when it changes, and again long before it ends.
 * Confined to the node's worker.
 */
final class Publisher {
  private static final int MAX_PUSHES = 64;
  private static final long RETRY_NANOS = 30_000_000_000L;
  private static final int ATTEMPTS = 3;
  private static final long PAUSE_NANOS = 2_000_000_000L;

  private final NodeCore core;
  private final Calls calls;
  private List<? extends RecordAddress> addresses = List.of();
  private @Nullable AgentRecord current;
  private long lastSequence;
  private long dueNanos;
  private int copies;
  private boolean writing;
  private long retryNanos;
  private long retryPauseNanos;

  Publisher(NodeCore core, Calls calls) {
    this.core = core;
    this.calls = calls;
  }

  void publish(List<? extends RecordAddress> where, Consumer<PublishReport> done) {
    addresses = List.copyOf(where);
    AgentRecord record = write(done, true);
    int pushes = 0;
    for (Contact peer : core.env.rpc().links()) {
      if (pushes++ < MAX_PUSHES) {
        push(peer, record);
      }
    }
  }

  private void push(Contact peer, AgentRecord record) {
    calls.call(
        peer,
        new DhtRequest.Put(0, record),
        CallOptions.Route.OPEN_LINK,
        core.options.warmTimeout().toNanos(),
        Calls.IGNORED);
  }

  /** Publishes again when it is time to, and earlier where too few hold the record. */
  void tick() {
    AgentRecord record = current;
    if (record == null || writing) {
      return;
    }
    long now = core.now();
    if (now - dueNanos >= 0) {
      if (isYoung(record)) {
        refresh(record);
      } else {
        write(report -> {}, false);
      }
    } else if (copies < wanted() && now - retryNanos >= 0) {
      retryPauseNanos = Math.min(2 * retryPauseNanos, core.options.republishInterval().toNanos());
      send(record, report -> {}, false);
    }
  }

  /** Whether it would still be good for long if this were the last time that it is brought. */
  private boolean isYoung(AgentRecord record) {
    long lifetime = core.options.recordLifetime().toMillis();
    return record.isClientOnly() != core.isServer()
        && record.expiresAtMillis() - core.wallMillis() > lifetime * 3 / 4;
  }

  private void refresh(AgentRecord record) {
    writing = true;
    planNext();
    new Refresh(core, calls, record, held -> sent(record, held)).start();
  }

  private void planNext() {
    long interval = core.options.republishInterval().toNanos();
    dueNanos =
        core.now() + interval * 4 / 5 + (long) (core.env.random().nextDouble() * 0.4 * interval);
    retryPauseNanos = RETRY_NANOS;
  }

  /** A node that joined among the first knew few to give its record to. */
  private int wanted() {
    return (core.options.slots() * Math.min(core.options.copies(), core.table.size()) * 3 + 3) / 4;
  }

  private AgentRecord write(Consumer<PublishReport> done, boolean mayRepeat) {
    lastSequence = Math.max(lastSequence + 1, core.wallMillis() * 1000);
    AgentRecord record =
        AgentRecord.sign(
            core.env.network(),
            core.self,
            lastSequence,
            core.options.recordLifetime(),
            addresses,
            !core.isServer(),
            core.env.signer());
    current = record;
    planNext();
    send(record, done, mayRepeat);
    return record;
  }

  private void send(AgentRecord record, Consumer<PublishReport> done, boolean mayRepeat) {
    writing = true;
    new Writing(record, done, mayRepeat).start();
  }

  private void sent(AgentRecord record, int stored) {
    if (record.equals(current)) {
      writing = false;
      copies = stored;
      retryNanos = core.now() + core.jitter(retryPauseNanos);
    }
  }

  /** One record on its way to its places. */
  private final class Writing implements LookupRun.Progress {
    private final AgentRecord record;
    private final boolean mayRepeat;
    private @Nullable Consumer<PublishReport> done;
    private int running;
    private int stored;
    private int asked;
    private int attempts;
    private long newerSequence;

    Writing(AgentRecord record, Consumer<PublishReport> done, boolean mayRepeat) {
      this.record = record;
      this.done = done;
      this.mayRepeat = mayRepeat;
    }

    void start() {
      for (int slot = 0; slot < core.options.slots(); slot++) {
        start(slot);
      }
    }

    private void start(int slot) {
      DhtKey place = record.place(slot);
      if (core.isServer() && core.table.isAmongNearest(place, core.options.copies(), core.now())) {
        long group = core.listen().isEmpty() ? 0 : core.listen().get(0).group();
        core.store.put(place, record, group, core.now(), core.wallMillis());
      }
      LookupSettings settings =
          LookupSettings.put(core.options, core.region(), core.env.addresses().countsNetworks());
      Lookup lookup =
          new Lookup(place, settings, core.self.id(), core, core.env.addresses(), core.now());
      running++;
      new LookupRun(core, calls, lookup, c -> request(c, slot, place), core.self, this).start();
    }

    private DhtRequest request(LookupCandidate candidate, int slot, DhtKey place) {
      return candidate.isPutSent()
          ? new DhtRequest.Put(slot, record)
          : new DhtRequest.Find(place, DhtRequest.MAX_CONTACTS);
    }

    @Override
    public void stored(LookupRun run) {
      stored++;
      if (stored >= core.options.slots() * core.options.copies() * 3 / 4) {
        report(false);
      }
    }

    @Override
    public void older(AgentRecord newer) {
      newerSequence = Math.max(newerSequence, newer.sequence());
    }

    @Override
    public void ended(LookupRun run) {
      asked += run.lookup().rpcs();
      if (--running > 0) {
        return;
      }
      if (stored == 0 && core.table.size() > 0 && ++attempts < ATTEMPTS && record.equals(current)) {
        core.schedule(this::start, core.jitter(PAUSE_NANOS));
        return;
      }
      sent(record, stored);
      if (newerSequence > record.sequence() && record.equals(current) && mayRepeat) {
        lastSequence = newerSequence;
        Consumer<PublishReport> then = done;
        write(then == null ? report -> {} : then, false);
      } else {
        report(true);
      }
    }

    private void report(boolean complete) {
      Consumer<PublishReport> waiting = done;
      if (waiting != null) {
        done = null;
        waiting.accept(new PublishReport(record.sequence(), stored, asked, complete));
      }
    }
  }
}
