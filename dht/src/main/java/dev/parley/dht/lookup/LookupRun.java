package dev.parley.dht.lookup;

import dev.parley.dht.DhtEvent;
import dev.parley.dht.LookupReport;
import dev.parley.dht.Outcome;
import dev.parley.dht.node.Calls;
import dev.parley.dht.node.NodeCore;
import dev.parley.dht.port.AddressRules;
import dev.parley.dht.port.DhtRpcException;
import dev.parley.dht.store.ListingStore;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.NodeKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * The shell around one {@link Lookup}: sends what it asks for, tells it what comes back, and wakes
 * it in time. Requests still under way at the end run on unheeded, since their answers teach the
 * table; those of a disposed run are cancelled.
 */
public final class LookupRun implements Disposable {
  /** Hears how a run goes; called on the node's worker. */
  public interface Progress {
    /** A node took the listing that is being written. */
    default void stored(LookupRun run) {}

    /** A node holds a newer listing than the one that is being written. */
    default void older(AgentListing newer) {}

    /** A listing came after the end that is better than what ended the run. */
    default void late(AgentListing better) {}

    /** The run has ended. */
    void ended(LookupRun run);
  }

  private final NodeCore core;
  private final Calls calls;
  private final Lookup lookup;
  private final Function<LookupCandidate, DhtRequest> requests;
  private final @Nullable NodeKey owner;
  private final Progress progress;
  private final List<Disposable> running = new ArrayList<>(4);
  private @Nullable Disposable timer;
  private long timerAt;
  private boolean ended;
  private boolean disposed;
  private boolean copies = true;

  /**
   * @param owner whose listing is looked for; others are refused; null when none is
   */
  public LookupRun(
      NodeCore core,
      Calls calls,
      Lookup lookup,
      Function<LookupCandidate, DhtRequest> requests,
      @Nullable NodeKey owner,
      Progress progress) {
    this.core = core;
    this.calls = calls;
    this.lookup = lookup;
    this.requests = requests;
    this.owner = owner;
    this.progress = progress;
  }

  /**
   * A run that asks for the nodes nearest to a target, for nobody's listing.
   *
   * @param startNanos from when on its time counts
   */
  public static LookupRun find(
      NodeCore core,
      Calls calls,
      DhtKey target,
      LookupSettings.Goal goal,
      long startNanos,
      Progress progress) {
    AddressRules addresses = core.env.addresses();
    LookupSettings settings =
        LookupSettings.find(core.options, goal, core.region(), addresses.countsNetworks());
    Lookup lookup = new Lookup(target, settings, core.self.id(), core, addresses, startNanos);
    DhtRequest request = new DhtRequest.Find(target, DhtRequest.MAX_CONTACTS);
    return new LookupRun(core, calls, lookup, candidate -> request, null, progress);
  }

  public Lookup lookup() {
    return lookup;
  }

  /**
   * Whether copies that others keep of listings they do not hold are taken; they are unless set.
   */
  void takeCopies(boolean value) {
    copies = value;
  }

  public void start() {
    start(List.of());
  }

  /** Starts with contacts besides those of the table. */
  public void start(List<Contact> more) {
    core.touch(lookup.target());
    lookup.seed(core.closest(lookup.target(), core.options.table().bucketSize()));
    lookup.seed(more);
    pump();
  }

  private void pump() {
    if (ended) {
      return;
    }
    LookupCandidate candidate = lookup.next(core.now());
    while (candidate != null) {
      send(candidate);
      candidate = lookup.next(core.now());
    }
    if (lookup.end() != null) {
      finish();
    } else {
      armTimer();
    }
  }

  private void send(LookupCandidate candidate) {
    boolean told = candidate.source() != null && core.table.get(candidate.contact().key()) == null;
    running.removeIf(Disposable::isDisposed);
    running.add(
        calls.call(
            candidate.contact(), requests.apply(candidate), new CandidateReply(candidate, told)));
  }

  private final class CandidateReply implements Calls.Reply {
    private final LookupCandidate candidate;
    private final boolean told;

    CandidateReply(LookupCandidate candidate, boolean told) {
      this.candidate = candidate;
      this.told = told;
    }

    @Override
    public void answered(DhtAnswer answer) {
      if (told) {
        core.telemetry.toldContactAsked(true);
      }
      if (!ended) {
        take(candidate, answer);
      } else if (answer instanceof DhtAnswer.Got got && !disposed) {
        takeLate(got);
      }
    }

    @Override
    public void failed(DhtRpcException why) {
      if (told) {
        core.noteUnreached(candidate.contact().key());
        core.telemetry.toldContactAsked(false);
      }
      if (!ended) {
        lookup.failed(candidate, core.now());
        pump();
      }
    }
  }

  private void take(LookupCandidate from, DhtAnswer answer) {
    if (answer instanceof DhtAnswer.Refused) {
      lookup.failed(from, core.now());
      pump();
      return;
    }
    AgentListing listing = null;
    boolean lacking = false;
    boolean stored = false;
    if (answer instanceof DhtAnswer.Got got) {
      listing = acceptable(usable(got));
      lacking = listing == null;
    } else if (answer instanceof DhtAnswer.Stored put) {
      stored = put.result().isHeld();
      AgentListing newer = acceptable(put.newer());
      if (newer != null) {
        progress.older(newer);
      }
    }
    lookup.answered(from, usable(answer.contacts()), listing, lacking, stored, core.now());
    if (stored) {
      progress.stored(this);
    }
    pump();
  }

  /** The listing of an answer, unless it is a copy and those are not taken. */
  @Nullable AgentListing usable(DhtAnswer.Got got) {
    return copies || got.cachedAgeSeconds() == 0 ? got.listing() : null;
  }

  private void takeLate(DhtAnswer.Got got) {
    AgentListing best = lookup.best();
    AgentListing listing = best == null ? null : acceptable(usable(got));
    if (best != null && listing != null && listing.compareVersion(best) > 0) {
      progress.late(listing);
    }
  }

  private List<Contact> usable(List<Contact> contacts) {
    List<Contact> usable = contacts;
    for (Contact contact : contacts) {
      if (core.hasFailedLately(contact.key())) {
        usable = new ArrayList<>(contacts);
        usable.removeIf(c -> core.hasFailedLately(c.key()));
        break;
      }
    }
    return usable;
  }

  /** Takes what a relay found. */
  void relayed(AgentListing listing) {
    AgentListing accepted = acceptable(listing);
    if (!ended && accepted != null) {
      lookup.foundElsewhere(accepted);
      pump();
    }
  }

  /**
   * A listing of the owner's that has not ended. One from the future is taken, since it may be our
   * clock that is wrong, but it is told.
   */
  private @Nullable AgentListing acceptable(@Nullable AgentListing listing) {
    if (listing == null
        || !listing.key().equals(owner)
        || listing.expiresAtMillis() <= core.wallMillis()) {
      return null;
    }
    if (!listing.equals(lookup.best()) && !core.env.verifier().verify(listing)) {
      return null;
    }
    if (!ListingStore.isTimely(listing, core.wallMillis())) {
      long ahead = listing.sequence() / 1000 - core.wallMillis();
      core.telemetry.happened(new DhtEvent.ClockSkewed(Duration.ofMillis(ahead)));
    }
    return listing;
  }

  private void armTimer() {
    long at = lookup.wakeAt(core.now());
    Disposable armed = timer;
    if (armed != null && timerAt - at <= 0) {
      return; // it fires early enough and looks again then
    }
    if (armed != null) {
      armed.dispose();
    }
    timerAt = at;
    timer =
        core.schedule(
            () -> {
              timer = null;
              pump();
            },
            at - core.now());
  }

  private void finish() {
    ended = true;
    disarm();
    running.clear();
    progress.ended(this);
  }

  private void disarm() {
    if (timer != null) {
      timer.dispose();
      timer = null;
    }
  }

  @Override
  public void dispose() {
    disposed = true;
    if (!ended) {
      ended = true;
      disarm();
      running.forEach(Disposable::dispose);
      running.clear();
    }
  }

  @Override
  public boolean isDisposed() {
    return ended;
  }

  /** The story so far. */
  LookupReport report(Outcome outcome, String reason, int moreRpcs) {
    long now = core.now();
    List<LookupReport.Asked> asked = new ArrayList<>();
    for (LookupCandidate c : lookup.candidates()) {
      if (!c.isKnown() && asked.size() < LookupReport.MAX_ASKED) {
        asked.add(asked(c, now));
      }
    }
    return new LookupReport(
        outcome,
        reason,
        Duration.ofNanos(now - lookup.startNanos()),
        lookup.hops(),
        lookup.rpcs() + moreRpcs,
        asked);
  }

  private LookupReport.Asked asked(LookupCandidate c, long now) {
    boolean waiting = c.state() == LookupCandidate.State.SENT;
    return new AskedNode(
        lookup.target(),
        c.contact(),
        c.depth(),
        waiting ? "waiting" : c.isAnswered() ? "answered" : "failed",
        Duration.ofNanos(c.sentNanos() - lookup.startNanos()),
        Duration.ofNanos((waiting ? now : c.endedNanos()) - c.sentNanos()));
  }
}
