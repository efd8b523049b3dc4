package dev.parley.dht.table;

import dev.parley.dht.wire.Contact;

/**
 * A verified contact and what is known of it. Confined to one thread. Times are kept in whole
 * seconds, which is exact enough for minutes and takes half the room.
 */
public final class TableEntry extends Rtt {
  /** After this long without a sign of life a contact is not told to others. */
  static final long FRESH_NANOS = seconds(8 * 60);

  /** After this long one that has been known for long is asked whether it is there. */
  public static final long LAST_PROBE_NANOS = seconds(7 * 60);

  private static final int FIRST_FRESH_SECONDS = 240;
  private static final int FIRST_PROBE_SECONDS = 60;
  private static final int LAST_PROBE_SECONDS = secondsOf(LAST_PROBE_NANOS);
  private static final int FRESH_SECONDS = secondsOf(FRESH_NANOS);

  private Contact contact;
  private int since;
  private int upSince;
  private int seen;
  private int probeAt;
  private int introducedAt;
  private int process;
  private byte failures;
  private boolean introduced;
  private boolean warm;
  private boolean kept;

  TableEntry(Contact contact, long now) {
    this.contact = contact;
    this.since = secondsOf(now);
    this.upSince = since;
  }

  private static long seconds(int seconds) {
    return seconds * 1_000_000_000L;
  }

  private static int secondsOf(long nanos) {
    return (int) Math.floorDiv(nanos, 1_000_000_000L);
  }

  public Contact contact() {
    return contact;
  }

  /** For how many seconds it is known. */
  public int knownSeconds(long now) {
    return secondsOf(now) - since;
  }

  /** When it was heard last, by the second. */
  long seenNanos() {
    return seconds(seen);
  }

  public Rtt rtt() {
    return this;
  }

  /** The /24 or /48 of its first address. */
  long group() {
    return contact.group();
  }

  /** The /16 or /32 of its first address. */
  long wideGroup() {
    return contact.wideGroup();
  }

  /** Makes it one that has been known for long and was heard {@code ago} before now. */
  public void knownFor(long nanos, long ago, long now) {
    since = secondsOf(now - nanos);
    upSince = since;
    alive(now - ago);
  }

  /**
   * Notes for how long it has been up by its own word, which is taken for how it is tended only.
   */
  public void saysUp(int minutes, long now) {
    upSince = Math.min(since, secondsOf(now) - 60 * minutes);
    alive(now);
  }

  /** Notes that it was told of us, or told us of itself. */
  public void introduced(long now) {
    introduced = true;
    introducedAt = secondsOf(now);
  }

  /** Whether it was told of us after {@code since} and no longer than {@code nanos} ago. */
  public boolean isIntroduced(long since, long nanos, long now) {
    return introduced
        && introducedAt - secondsOf(since) >= 0
        && secondsOf(now) - introducedAt < secondsOf(nanos);
  }

  /**
   * Notes which process a link has been opened to.
   *
   * @param number of the process; 0 where it is not known
   * @return whether it is another one than before, which knows nothing of us
   */
  public boolean isOtherProcess(int number) {
    boolean isOther = number != 0 && process != 0 && process != number;
    process = number == 0 ? process : number;
    introduced &= !isOther;
    return isOther;
  }

  /** Whether there is an open link. */
  public boolean isWarm() {
    return warm;
  }

  public void setWarm(boolean value) {
    warm = value;
  }

  /** Whether its link is one of those that the table keeps open. */
  public boolean isKept() {
    return kept;
  }

  public void setKept(boolean value) {
    kept = value;
  }

  void answered(Contact as, double millis, boolean warm, long now) {
    if (!contact.equals(as)) {
      contact = as;
    }
    if (millis >= 0) {
      add(warm ? millis : millis / ColdCost.ROUND_TRIPS);
    }
    alive(now);
  }

  /** Notes a sign of life; the next probe comes later, the longer the contact has been up. */
  public void alive(long now) {
    seen = secondsOf(now);
    failures = 0;
    probeAt = seen + Math.max(FIRST_PROBE_SECONDS, Math.min(LAST_PROBE_SECONDS, seen - upSince));
  }

  int failed(long now) {
    probeAt = secondsOf(now) + FIRST_PROBE_SECONDS;
    failures = (byte) Math.min(failures + 1, Byte.MAX_VALUE);
    return failures;
  }

  /** Whether its last request failed; it is asked, but not told to others. */
  public boolean isQuestionable() {
    return failures > 0;
  }

  /**
   * Whether others may be told of it. Who has been up for long stays up for long, so one that has
   * just come is told of for less.
   */
  public boolean isFresh(long now) {
    int silent = secondsOf(now) - seen;
    return failures == 0
        && silent <= FRESH_SECONDS
        && (silent <= FIRST_FRESH_SECONDS || silent <= (seen - upSince) / 4);
  }

  /**
   * Whether it is time to ask if it is there.
   *
   * @param patience how many times as long to wait as where each contact counts; one that has
   *     failed is not waited for
   */
  public boolean isProbeDue(long now, int patience) {
    int more = failures == 0 ? (patience - 1) * (probeAt - seen) : 0;
    return secondsOf(now) - probeAt >= more;
  }
}
