package dev.parley.dht.publish;

import dev.parley.dht.DhtEvent;
import dev.parley.dht.PublishReport;
import dev.parley.dht.lookup.Lookup;
import dev.parley.dht.lookup.LookupCandidate;
import dev.parley.dht.lookup.LookupRun;
import dev.parley.dht.lookup.LookupSettings;
import dev.parley.dht.node.Calls;
import dev.parley.dht.node.NodeCore;
import dev.parley.dht.port.CallOptions;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.ListingAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * Keeps our own listing in the network: signed and brought when it changes, and brought again long
 * before it ends.
 *
 * <p>The first listing and a farewell go at once. Later changes wait until nothing has changed for
 * two seconds, and half a minute after the last change that was brought, so that an address that
 * flaps costs two writes a minute; what has not changed is not signed anew.
 *
 * <p>A farewell ends the listing that this node has signed, and none that another process has
 * signed since with the same key: its sequence is the next one, not the time. So the old process of
 * a rolling restart may leave after the new one has come. Confined to the node's worker.
 */
public final class Publisher {
  /** For so long nothing may have changed before a change is brought. */
  static final long SETTLE_NANOS = 2_000_000_000L;

  /** So far apart changes are brought at least, and after so long at most. */
  static final long APART_NANOS = 30_000_000_000L;

  /** Callers that wait for the same write; the oldest of more hear what is the case so far. */
  static final int MAX_WAITING = 64;

  private static final int MAX_PUSHES = 64;
  private static final int MAX_HOLDERS = 128;
  private static final long RETRY_NANOS = 30_000_000_000L;
  private static final int ATTEMPTS = 3;
  private static final long PAUSE_NANOS = 2_000_000_000L;

  private final NodeCore core;
  private final Calls calls;
  private List<? extends ListingAddress> addresses = List.of();
  private List<Consumer<PublishReport>> waiting = new ArrayList<>(1);
  private @Nullable AgentListing current;
  private @Nullable Writing writing;
  private @Nullable Disposable timer;
  private long changedNanos;
  private long broughtNanos;
  private long lastSequence;
  private long dueNanos;
  private int copies;
  private List<Holder> holders = List.of();
  private long retryNanos;
  private long retryPauseNanos;

  /** A node that took our listing for a place. */
  record Holder(Contact contact, int slot) {}

  public Publisher(NodeCore core, Calls calls) {
    this.core = core;
    this.calls = calls;
  }

  public void publish(List<? extends ListingAddress> where, Consumer<PublishReport> done) {
    addresses = List.copyOf(where);
    AgentListing listing = current;
    if (listing == null || (addresses.isEmpty() && !listing.isTombstone())) {
      addWaiting(done);
      bring();
    } else if (isUpToDate(listing)) {
      stopTimer();
      joinOrTell(listing, done);
    } else {
      addWaiting(done);
      bringSoon();
    }
  }

  private void addWaiting(Consumer<PublishReport> done) {
    waiting.add(done);
    if (waiting.size() > MAX_WAITING) {
      waiting.remove(0).accept(new PublishReport(lastSequence, 0, 0, false));
    }
  }

  private boolean isUpToDate(AgentListing listing) {
    return listing.addresses().equals(addresses) && listing.isClientOnly() != core.isServer();
  }

  /** Those who asked for a change that was taken back are told as well. */
  private void joinOrTell(AgentListing listing, Consumer<PublishReport> done) {
    addWaiting(done);
    Writing running = writing;
    if (running != null && running.isAwaited()) {
      running.await(takeWaiting());
    } else {
      PublishReport report = new PublishReport(listing.sequence(), copies, 0, running == null);
      takeWaiting().forEach(each -> each.accept(report));
    }
  }

  private List<Consumer<PublishReport>> takeWaiting() {
    List<Consumer<PublishReport>> taken = waiting;
    waiting = new ArrayList<>(1);
    return taken;
  }

  private void bringSoon() {
    long now = core.now();
    if (timer == null) {
      changedNanos = now;
    }
    stopTimer();
    long settled = Math.min(now + SETTLE_NANOS, changedNanos + APART_NANOS);
    timer = core.schedule(this::bring, Math.max(settled, broughtNanos + APART_NANOS) - now);
  }

  private void stopTimer() {
    Disposable known = timer;
    if (known != null) {
      known.dispose();
      timer = null;
    }
  }

  /** Signs what is the case now, and brings it to holders and to peers with an open link. */
  private void bring() {
    broughtNanos = core.now();
    AgentListing listing = write(true);
    int pushes = 0;
    for (Contact peer : core.env.rpc().links()) {
      if (pushes++ < MAX_PUSHES) {
        push(peer, listing);
      }
    }
  }

  private void push(Contact peer, AgentListing listing) {
    calls.call(
        peer,
        new DhtRequest.Put(0, listing),
        CallOptions.Route.OPEN_LINK,
        core.options.lookups().warmTimeout().toNanos(),
        Calls.IGNORED);
  }

  /** Publishes again when it is time to, and earlier where too few hold the listing. */
  public void tick() {
    AgentListing listing = current;
    if (listing == null || writing != null) {
      return;
    }
    long now = core.now();
    if (!isUpToDate(listing)) {
      if (timer == null) { // the node began to serve, or stopped
        bringSoon();
      }
    } else if (now - dueNanos >= 0) {
      if (isYoung(listing)) {
        refresh(listing);
      } else {
        write(false);
      }
    } else if (copies < wanted() && now - retryNanos >= 0) {
      retryPauseNanos =
          Math.min(2 * retryPauseNanos, core.options.upkeep().republishInterval().toNanos());
      send(listing, false);
    }
  }

  /** Whether it would still be good for long if this were the last time that it is brought. */
  private boolean isYoung(AgentListing listing) {
    long lifetime = core.options.upkeep().listingLifetime().toMillis();
    return listing.expiresAtMillis() - core.wallMillis() > lifetime * 3 / 4;
  }

  private void refresh(AgentListing listing) {
    Writing offering = new Writing(listing, false);
    writing = offering;
    planNext();
    new Refresh(core, calls, listing, offering::offered).start();
  }

  private void planNext() {
    long interval = core.options.upkeep().republishInterval().toNanos();
    dueNanos =
        core.now() + interval * 4 / 5 + (long) (core.env.random().nextDouble() * 0.4 * interval);
    retryPauseNanos = RETRY_NANOS;
  }

  /** A node that joined among the first knew few to give its listing to. */
  private int wanted() {
    return (core.options.storage().slots()
                * Math.min(core.options.storage().copies(), core.table.size())
                * 3
            + 3)
        / 4;
  }

  private AgentListing write(boolean mayRepeat) {
    stopTimer();
    boolean isFarewell = addresses.isEmpty() && lastSequence > 0;
    lastSequence = Math.max(lastSequence + 1, isFarewell ? 0 : core.wallMillis() * 1000);
    AgentListing listing =
        AgentListing.sign(
            core.env.network(),
            core.self,
            lastSequence,
            core.options.upkeep().listingLifetime(),
            addresses,
            !core.isServer(),
            core.env.signer());
    current = listing;
    copies = 0;
    planNext();
    send(listing, mayRepeat);
    return listing;
  }

  private void send(AgentListing listing, boolean mayRepeat) {
    Writing next = new Writing(listing, mayRepeat);
    writing = next;
    next.await(takeWaiting());
    next.start();
  }

  /** One listing on its way to its places. */
  private final class Writing implements LookupRun.Progress {
    private final AgentListing listing;
    private final boolean mayRepeat;
    private List<Consumer<PublishReport>> awaiting = List.of();
    private boolean told;
    private int running;
    private int stored;
    private int asked;
    private int attempts;
    private @Nullable AgentListing newer;
    private final Set<Holder> brought = new LinkedHashSet<>();

    Writing(AgentListing listing, boolean mayRepeat) {
      this.listing = listing;
      this.mayRepeat = mayRepeat;
    }

    void await(List<Consumer<PublishReport>> callers) {
      List<Consumer<PublishReport>> all = new ArrayList<>(awaiting);
      all.addAll(callers);
      awaiting = all;
    }

    /** Whether callers are still to be told how it went, and may be more. */
    boolean isAwaited() {
      return !told && awaiting.size() < MAX_WAITING;
    }

    void start() {
      for (int slot = 0; slot < core.options.storage().slots(); slot++) {
        start(slot);
      }
    }

    private void start(int slot) {
      DhtKey place = listing.place(slot);
      if (core.isServer()
          && core.table.isAmongNearest(place, core.options.storage().copies(), core.now())) {
        long group = core.listen().isEmpty() ? 0 : core.listen().get(0).group();
        core.store.put(place, listing, group, core.now(), core.wallMillis());
      }
      LookupSettings settings =
          LookupSettings.put(core.options, core.region(), core.env.addresses().countsNetworks());
      Lookup lookup =
          new Lookup(place, settings, core.self.id(), core, core.env.addresses(), core.now());
      running++;
      new LookupRun(core, calls, lookup, c -> request(c, slot, place), core.self, this).start();
    }

    private void note(Lookup lookup) {
      int slot = lookup.target().equals(listing.place(0)) ? 0 : 1;
      for (LookupCandidate c : lookup.candidates()) {
        if (c.isStored() && brought.size() < MAX_HOLDERS) {
          brought.add(new Holder(c.contact(), slot));
        }
      }
    }

    /** Who took an earlier listing and is none of the nearest any more would give that away. */
    private void updateEarlierHolders() {
      for (Holder holder : holders) {
        if (brought.size() < MAX_HOLDERS && brought.add(holder)) {
          calls.call(holder.contact(), new DhtRequest.Put(holder.slot(), listing), Calls.IGNORED);
        }
      }
      holders = List.copyOf(brought);
    }

    private DhtRequest request(LookupCandidate candidate, int slot, DhtKey place) {
      return candidate.isPutSent()
          ? new DhtRequest.Put(slot, listing)
          : new DhtRequest.Find(place, DhtRequest.MAX_CONTACTS);
    }

    @Override
    public void stored(LookupRun run) {
      stored++;
      if (stored >= core.options.storage().slots() * core.options.storage().copies() * 3 / 4) {
        report(false);
      }
    }

    @Override
    public void older(AgentListing held) {
      AgentListing known = newer;
      newer = known == null || held.sequence() > known.sequence() ? held : known;
    }

    @Override
    public void ended(LookupRun run) {
      asked += run.lookup().rpcs();
      note(run.lookup());
      if (--running > 0) {
        return;
      }
      boolean isCurrent = listing.equals(current);
      AgentListing held = newer;
      AgentListing ahead = held != null && held.sequence() > listing.sequence() ? held : null;
      if (ahead == null
          && stored == 0
          && core.table.size() > 0
          && ++attempts < ATTEMPTS
          && isCurrent) {
        core.schedule(this::start, core.jitter(PAUSE_NANOS));
        return;
      }
      if (ahead != null && isCurrent && !holders.isEmpty() && !ahead.isTombstone()) {
        core.telemetry.happened(
            new DhtEvent.KeyUsedElsewhere(ListingAddress.all(ahead.addresses())));
      }
      if (isCurrent) {
        updateEarlierHolders();
      }
      done(stored);
      if (ahead != null && isCurrent && mayRepeat && !listing.isTombstone()) {
        lastSequence = ahead.sequence();
        waiting.addAll(awaiting);
        awaiting = List.of();
        write(false);
      } else {
        report(true);
      }
    }

    /** Those who were offered the listing have it now, or do not. */
    void offered(List<Holder> who) {
      stored = who.size();
      brought.addAll(who);
      for (Holder holder : holders) {
        if (brought.size() < MAX_HOLDERS) {
          brought.add(holder);
        }
      }
      holders = List.copyOf(brought);
      done(stored);
      report(true);
    }

    private void done(int holders) {
      if (writing == this) {
        writing = null;
        copies = holders;
        PublishReport report = new PublishReport(listing.sequence(), holders, asked, true);
        core.telemetry.happened(new DhtEvent.Published(report));
        retryNanos = core.now() + core.jitter(retryPauseNanos);
      }
    }

    private void report(boolean complete) {
      if (!told) {
        told = true;
        PublishReport report = new PublishReport(listing.sequence(), stored, asked, complete);
        List<Consumer<PublishReport>> callers = awaiting;
        awaiting = List.of();
        callers.forEach(caller -> caller.accept(report));
      }
    }
  }
}
