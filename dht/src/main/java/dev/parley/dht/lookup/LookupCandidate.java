package dev.parley.dht.lookup;

import dev.parley.dht.node.LookupCosts;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtKey;
import org.jspecify.annotations.Nullable;

/** A node that a lookup knows of, and what became of asking it. Confined to one thread. */
public final class LookupCandidate {
  /** What became of asking. */
  enum State {
    /** Not asked. */
    KNOWN,
    /** Asked. */
    SENT,
    /** Answered. */
    ANSWERED,
    /** Did not answer in time, or could not be reached. */
    FAILED
  }

  private static final int MISLEADING_FAILURES = 3;

  private final Contact contact;
  private final @Nullable LookupCandidate source;
  private final int prefix;
  private final int path;
  private final int depth;
  private final long group;
  private final long wideGroup;
  private State state = State.KNOWN;
  private boolean put;
  private boolean putSent;
  private boolean lacking;
  private @Nullable AgentListing told;
  private boolean stored;
  private boolean settled = true;
  private int misled;
  private float costMillis = -1;
  private long sentNanos;
  private long endedNanos;
  private long softNanos;
  private long hardNanos;

  LookupCandidate(Contact contact, DhtKey target, @Nullable LookupCandidate source, int path) {
    this.contact = contact;
    this.source = source;
    this.prefix = target.commonPrefix(contact.id());
    this.path = path;
    this.depth = source == null ? 1 : source.depth + 1;
    this.group = contact.group();
    this.wideGroup = contact.wideGroup();
  }

  public Contact contact() {
    return contact;
  }

  @Nullable LookupCandidate source() {
    return source;
  }

  int prefix() {
    return prefix;
  }

  int path() {
    return path;
  }

  /** The /24 or /48 of its first address. */
  long group() {
    return group;
  }

  /** The /16 or /32 of its first address. */
  long wideGroup() {
    return wideGroup;
  }

  /** What asking it costs, as it was when this was first of interest. */
  double costMillis(LookupCosts costs) {
    if (costMillis < 0) {
      costMillis = (float) costs.expectedMillis(contact);
    }
    return costMillis;
  }

  /** How many nodes had to be asked one after the other to reach it. */
  int depth() {
    return depth;
  }

  State state() {
    return state;
  }

  void sent(boolean withPut, long now, long soft, long hard) {
    state = State.SENT;
    putSent = withPut;
    sentNanos = now;
    softNanos = soft;
    hardNanos = hard;
  }

  void answered(long now, boolean lacks, @Nullable AgentListing listing, boolean holds) {
    told = listing;
    state = State.ANSWERED;
    put |= putSent;
    endedNanos = now;
    lacking = lacks;
    stored |= holds;
  }

  void failed(long now) {
    state = State.FAILED;
    endedNanos = now;
    if (source != null) {
      source.misled++;
    }
  }

  /** Whether three contacts that it told of could not be reached. */
  boolean hasMisled() {
    return misled >= MISLEADING_FAILURES;
  }

  boolean isKnown() {
    return state == State.KNOWN;
  }

  boolean isAnswered() {
    return state == State.ANSWERED;
  }

  boolean isFailed() {
    return state == State.FAILED;
  }

  /** Whether the request that it has or had carries the listing. */
  public boolean isPutSent() {
    return putSent;
  }

  /** Whether it was given the listing, whatever it said to it. */
  boolean isPut() {
    return put;
  }

  public boolean isStored() {
    return stored;
  }

  /** Whether it said that it has no listing, or an older one than {@code best}. */
  boolean isLacking(AgentListing best) {
    AgentListing known = told;
    return isAnswered() && (known == null ? lacking : known.compareVersion(best) < 0);
  }

  /** Whether it counts as one of those that are to hold a listing. */
  boolean isSettled() {
    return settled;
  }

  void setSettled(boolean value) {
    settled = value;
  }

  boolean isLate(long now) {
    return state == State.SENT && now - sentNanos >= softNanos;
  }

  /** Late for as long again: it may still answer, but nobody waits for it. */
  boolean isOverdue(long now) {
    return state == State.SENT && now - sentNanos >= 2 * softNanos;
  }

  /** When it becomes overdue, unless it answers. */
  long overdueNanos() {
    return sentNanos + 2 * softNanos;
  }

  boolean isExpired(long now) {
    return now - sentNanos >= hardNanos;
  }

  /** When, after {@code now}, it becomes late, overdue or expired next. */
  long nextEvent(long now) {
    long elapsed = now - sentNanos;
    long next =
        elapsed < softNanos ? softNanos : elapsed < 2 * softNanos ? 2 * softNanos : hardNanos;
    return sentNanos + Math.min(next, hardNanos);
  }

  long sentNanos() {
    return sentNanos;
  }

  long endedNanos() {
    return endedNanos;
  }
}
