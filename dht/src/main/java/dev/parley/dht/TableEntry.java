package dev.parley.dht;

import dev.parley.dht.wire.Contact;

/** A verified contact and what is known of it. Confined to one thread. */
final class TableEntry {
  /** After this long without a sign of life a contact is not told to others. */
  static final long FRESH_NANOS = 12 * 60_000_000_000L;

  private static final long FIRST_PROBE_NANOS = 60_000_000_000L;
  private static final long LAST_PROBE_NANOS = 8 * 60_000_000_000L;

  private Contact contact;
  private final long sinceNanos;
  private long seenNanos;
  private long probeAtNanos;
  private long introducedNanos = Long.MIN_VALUE;
  private int failures;
  private long group;
  private long wideGroup;
  private boolean warm;
  private boolean kept;
  private final Rtt rtt = new Rtt();

  TableEntry(Contact contact, long now) {
    this.contact = contact;
    this.sinceNanos = now;
    readGroups();
  }

  private void readGroups() {
    group = contact.address().group();
    wideGroup = contact.address().wideGroup();
  }

  Contact contact() {
    return contact;
  }

  /** When it was verified first. */
  long sinceNanos() {
    return sinceNanos;
  }

  /** When it was heard last. */
  long seenNanos() {
    return seenNanos;
  }

  Rtt rtt() {
    return rtt;
  }

  /** The /24 or /48 of its first address. */
  long group() {
    return group;
  }

  /** The /16 or /32 of its first address. */
  long wideGroup() {
    return wideGroup;
  }

  /** Notes that it was told of us, or told us of itself. */
  void introduced(long now) {
    introducedNanos = now;
  }

  /** When it was last told of us; {@link Long#MIN_VALUE} for never. */
  long introducedNanos() {
    return introducedNanos;
  }

  /** Whether there is an open link. */
  boolean isWarm() {
    return warm;
  }

  void setWarm(boolean value) {
    warm = value;
  }

  /** Whether its link is one of those that the table keeps open. */
  boolean isKept() {
    return kept;
  }

  void setKept(boolean value) {
    kept = value;
  }

  void answered(Contact as, double millis, boolean warm, long now) {
    if (!contact.equals(as)) {
      contact = as;
      readGroups();
    }
    if (millis >= 0) {
      rtt.add(warm ? millis : millis / ColdCost.ROUND_TRIPS);
    }
    alive(now);
  }

  /** Notes a sign of life; the next probe comes later, the longer the contact is known. */
  void alive(long now) {
    seenNanos = now;
    failures = 0;
    long known = now - sinceNanos;
    probeAtNanos = now + Math.max(FIRST_PROBE_NANOS, Math.min(LAST_PROBE_NANOS, known));
  }

  int failed(long now) {
    probeAtNanos = now + FIRST_PROBE_NANOS;
    return ++failures;
  }

  /** Whether its last request failed; it is asked, but not told to others. */
  boolean isQuestionable() {
    return failures > 0;
  }

  boolean isFresh(long now) {
    return failures == 0 && now - seenNanos <= FRESH_NANOS;
  }

  boolean isProbeDue(long now) {
    return now - probeAtNanos >= 0;
  }
}
