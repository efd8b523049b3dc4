package dev.parley.dht;

import dev.parley.dht.wire.Contact;

/** A verified contact and what is known of it. Confined to one thread. */
final class TableEntry {
  /** After this long without a sign of life a contact is not told to others. */
  static final long FRESH_NANOS = 15 * 60_000_000_000L;

  private static final long FIRST_PROBE_NANOS = 60_000_000_000L;
  private static final long LAST_PROBE_NANOS = 10 * 60_000_000_000L;

  private Contact contact;
  private final long sinceNanos;
  private long seenNanos;
  private long probeAtNanos;
  private int failures;
  private final Rtt rtt = new Rtt();

  TableEntry(Contact contact, long now) {
    this.contact = contact;
    this.sinceNanos = now;
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

  void answered(Contact as, double millis, boolean warm, long now) {
    contact = as;
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
