package dev.parley.dht.lookup;

import dev.parley.dht.node.LookupCosts;
import dev.parley.dht.port.AddressRules;
import dev.parley.dht.table.AnswerFilter;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An iterative lookup as a state machine: told what happened and what time it is, it says whom to
 * ask next and when it is done. It does no I/O and has no clock.
 *
 * <p>All candidates lie in one list, sorted by distance. The nearest of them that have not failed
 * are the shortlist, and only they are asked, in the order of what progress costs: bits of distance
 * still to go plus the expected time of an answer, 60 ms for a bit. A request that is late (soft
 * timeout) gives its slot to another but may still answer (dht-rpc does so); one that stays late
 * for as long again no longer holds up the end, unless a GET has too few others to ask; at the hard
 * timeout it has failed.
 *
 * <p>It ends when the shortlist is settled: everyone on it has answered and nobody known is nearer.
 * Rules that earlier implementations learned the hard way: self is no candidate (rust-libp2p
 * #1097), progress is any nearer candidate (#4932), farther answers end nothing while nearer ones
 * are pending (#1105, #1154), one slow holder holds up nothing (go-libp2p-kad-dht #1252), and an
 * empty result is never silent (rust-libp2p #5418).
 *
 * <p>With several disjoint paths (S/Kademlia), candidates belong to the path that told of them
 * first, requests are spread evenly over the paths, and a path without candidates takes over the
 * nearest of the others.
 */
public final class Lookup {
  private static final double MILLIS_PER_BIT = 60;
  private static final double MAX_HEDGE_SHARE = 0.3;

  /**
   * So many holders have to give a farewell before nobody else is asked: one of them may have
   * missed that the agent is back, or keep quiet about it.
   */
  private static final int FAREWELLS = 3;

  private final DhtKey target;
  private final LookupSettings settings;
  private final DhtKey self;
  private final LookupCosts costs;
  private final AnswerFilter filter;
  private final long startNanos;
  private final LookupShortlist candidates;
  private final List<LookupCandidate> inFlight = new ArrayList<>();
  private int rpcs;
  private int hedges;
  private int late;
  private int accepted;
  private @Nullable AgentListing best;
  private @Nullable LookupCandidate bestFrom;
  private int confirmations;
  private @Nullable LookupEnd end;

  public Lookup(
      DhtKey target,
      LookupSettings settings,
      DhtKey self,
      LookupCosts costs,
      AddressRules addresses,
      long startNanos) {
    this.target = target;
    this.settings = settings;
    this.self = self;
    this.costs = costs;
    this.filter = new AnswerFilter(addresses);
    this.candidates = new LookupShortlist(target, settings, costs);
    this.startNanos = startNanos;
  }

  /** Adds contacts from the own table. */
  void seed(List<Contact> contacts) {
    int path = 0;
    for (Contact contact : contacts) {
      if (!contact.id().equals(self)) {
        candidates.insert(new LookupCandidate(contact, target, null, path++ % settings.paths()));
      }
    }
  }

  /** Whom to ask now; the caller sends at once. Null when nobody for now. */
  @Nullable LookupCandidate next(long now) {
    expire(now);
    judge(now);
    if (end != null || !hasSlot() || rpcs >= settings.maxRpcs()) {
      return null;
    }
    LookupCandidate chosen = choose(now);
    if (chosen != null) {
      send(chosen, now);
    }
    return chosen;
  }

  private boolean hasSlot() {
    int busy = inFlight.size();
    if (busy - late < settings.parallel() && busy < settings.maxParallel()) {
      return busy < settings.parallel() || hedges <= 2 + MAX_HEDGE_SHARE * rpcs;
    }
    return false;
  }

  private void send(LookupCandidate candidate, long now) {
    if (inFlight.size() >= settings.parallel()) {
      hedges++;
    }
    boolean put = settings.goal() == LookupSettings.Goal.PUT && asksToPut(candidate);
    candidate.sent(
        put, now, costs.softNanos(candidate.contact()), costs.hardNanos(candidate.contact()));
    inFlight.add(candidate);
    candidates.changed();
    rpcs++;
  }

  /** Near the target a write is also the lookup step; farther away nodes are only asked the way. */
  private boolean asksToPut(LookupCandidate candidate) {
    return candidate.isAnswered()
        || target.distance(candidate.contact().id()) <= settings.putDistance();
  }

  private @Nullable LookupCandidate choose(long now) {
    LookupCandidate best = null;
    double bestRank = 0;
    int path = settings.paths() > 1 ? leastBusyPath(now) : -1;
    boolean spread = rpcs < settings.parallel() && settings.spread();
    for (LookupCandidate c : candidates.shortlist(now)) {
      if (!c.isKnown() || (path >= 0 && c.path() != path)) {
        continue;
      }
      double rank = c.costMillis(costs) / MILLIS_PER_BIT - c.prefix();
      rank += spread && isNetworkAsked(c) ? DhtKey.BITS : 0;
      if (best == null || rank < bestRank) {
        best = c;
        bestRank = rank;
      }
    }
    return best == null && path < 0 ? choosePut(now) : best != null ? best : chooseAnyPath(now);
  }

  /** A path that ran dry takes over what the others have not asked yet. */
  private @Nullable LookupCandidate chooseAnyPath(long now) {
    for (LookupCandidate c : candidates.shortlist(now)) {
      if (c.isKnown()) {
        return c;
      }
    }
    return choosePut(now);
  }

  /** Once the way is clear, those that were only asked the way get the listing too. */
  private @Nullable LookupCandidate choosePut(long now) {
    if (settings.goal() != LookupSettings.Goal.PUT || !isSettled(now)) {
      return null;
    }
    for (LookupCandidate c : candidates.holders(now)) {
      if (c.isAnswered() && !c.isPut()) {
        return c;
      }
    }
    return null;
  }

  private int leastBusyPath(long now) {
    int[] busy = new int[settings.paths()];
    boolean[] hasKnown = new boolean[settings.paths()];
    inFlight.forEach(c -> busy[c.path()]++);
    candidates.shortlist(now).forEach(c -> hasKnown[c.path()] |= c.isKnown());
    int least = 0;
    for (int i = 1; i < busy.length; i++) {
      if (hasKnown[i] && (!hasKnown[least] || busy[i] < busy[least])) {
        least = i;
      }
    }
    return least;
  }

  private boolean isNetworkAsked(LookupCandidate candidate) {
    long group = candidate.contact().wideGroup();
    for (LookupCandidate c : inFlight) {
      if (c.contact().wideGroup() == group) {
        return true;
      }
    }
    return false;
  }

  private boolean isSettled(long now) {
    for (LookupCandidate c : candidates.shortlist(now)) {
      if (!c.isAnswered()) {
        return false;
      }
    }
    return true;
  }

  private void expire(long now) {
    late = 0;
    for (int i = inFlight.size() - 1; i >= 0; i--) {
      LookupCandidate c = inFlight.get(i);
      if (c.isExpired(now)) {
        failed(c, now);
      } else if (c.isLate(now)) {
        late++;
      }
    }
  }

  /**
   * Takes an answer.
   *
   * @param contacts what it told; filtered here
   * @param listing a listing that is verified, or null
   * @param lacking whether a GET was answered without a listing
   */
  void answered(
      LookupCandidate from,
      List<Contact> contacts,
      @Nullable AgentListing listing,
      boolean lacking,
      boolean stored,
      long now) {
    inFlight.remove(from);
    candidates.changed();
    from.answered(now, lacking, listing, stored);
    accepted += stored ? 1 : 0;
    for (Contact contact : filter.accept(contacts, from.contact(), self)) {
      LookupCandidate c = new LookupCandidate(contact, target, from, from.path());
      if (isProgress(c, from)) {
        candidates.insert(c);
      }
    }
    if (listing != null) {
      found(from, listing);
    }
  }

  /** Contacts farther than who told of them lead away, unless they lie within the region. */
  private boolean isProgress(LookupCandidate c, LookupCandidate from) {
    return target.compareDistance(c.contact().id(), from.contact().id()) < 0
        || target.distance(c.contact().id())
            <= Math.max(settings.regionDistance(), settings.nearDistance());
  }

  /** Takes a listing that came from elsewhere, such as over a relay. */
  void foundElsewhere(AgentListing listing) {
    if (end == null) {
      found(null, listing);
    }
  }

  private void found(@Nullable LookupCandidate from, AgentListing listing) {
    AgentListing known = best;
    int order = known == null ? 1 : listing.compareVersion(known);
    AgentListing better = order > 0 || known == null ? listing : known;
    if (order > 0) {
      best = listing;
      bestFrom = from;
      confirmations = 0;
    }
    // Several relays may have asked the same holder.
    confirmations += order >= 0 && (from != null || !listing.isTombstone()) ? 1 : 0;
    int needed = better.isTombstone() ? FAREWELLS : 1;
    if (confirmations >= Math.max(needed, settings.confirmations())) {
      end(LookupEnd.FOUND);
    }
  }

  /** Listings that a candidate did not answer; it is asked no more. */
  void failed(LookupCandidate candidate, long now) {
    if (inFlight.remove(candidate)) {
      candidates.changed();
      candidate.failed(now);
    }
  }

  private void judge(long now) {
    if (end != null) {
      return;
    }
    if (now - startNanos >= settings.timeoutNanos()) {
      end(LookupEnd.TIMEOUT);
    } else if (isComplete(now)) {
      end(isAnybodyThere() ? LookupEnd.COMPLETE : LookupEnd.NOBODY);
    } else if (rpcs >= settings.maxRpcs() && inFlight.isEmpty()) {
      end(LookupEnd.REQUESTS);
    }
  }

  private boolean isComplete(long now) {
    List<LookupCandidate> list = candidates.shortlist(now);
    int answered = 0;
    for (LookupCandidate c : list) {
      if (settings.goal() == LookupSettings.Goal.REFRESH && answered >= settings.enough()) {
        return true;
      }
      if (!c.isAnswered()) {
        return false;
      }
      answered++;
    }
    return settings.goal() != LookupSettings.Goal.PUT
        || candidates.holders(now).stream().allMatch(LookupCandidate::isPut);
  }

  private boolean isAnybodyThere() {
    for (LookupCandidate c : candidates.all()) {
      if (c.isAnswered()) {
        return true;
      }
    }
    return false;
  }

  private void end(LookupEnd how) {
    end = best != null ? LookupEnd.FOUND : how;
  }

  /** How it ended; null while it runs. */
  public @Nullable LookupEnd end() {
    return end;
  }

  /** When {@link #next} has to be called again though nothing happened. */
  long wakeAt(long now) {
    long at = startNanos + settings.timeoutNanos();
    for (LookupCandidate c : inFlight) {
      long next = c.nextEvent(now);
      at = next - at < 0 ? next : at;
    }
    return at;
  }

  public DhtKey target() {
    return target;
  }

  LookupSettings settings() {
    return settings;
  }

  long startNanos() {
    return startNanos;
  }

  public int rpcs() {
    return rpcs;
  }

  int hedges() {
    return hedges;
  }

  /** How many nodes hold the listing now. */
  int accepted() {
    return accepted;
  }

  @Nullable AgentListing best() {
    return best;
  }

  /** Requests without an answer yet; at the end they are of no more interest. */
  List<LookupCandidate> inFlight() {
    return inFlight;
  }

  /** How many links of the chain led to the listing, or to the nearest that answered. */
  int hops() {
    if (bestFrom != null) {
      return bestFrom.depth();
    }
    for (LookupCandidate c : candidates.all()) {
      if (c.isAnswered()) {
        return c.depth();
      }
    }
    return 0;
  }

  /** Everyone in view, nearest first. */
  public List<LookupCandidate> candidates() {
    return candidates.all();
  }

  /** The nearest that answered, nearest first. */
  public List<Contact> closest(int n) {
    return candidates.closest(n);
  }
}
