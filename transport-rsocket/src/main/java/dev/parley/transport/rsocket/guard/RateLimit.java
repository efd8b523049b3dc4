package dev.parley.transport.rsocket.guard;

/**
 * A rate with two thresholds: above the first an event is over the rate, above ten times the rate
 * it is a flood. Confined to one event loop.
 *
 * <p>Each threshold is a leaky bucket in its "virtual scheduling" form (ITU-T I.371, GCRA): one
 * {@code long} holds when the bucket would be empty, so a check costs two comparisons and no
 * refill.
 */
public final class RateLimit {
  /** How far the flood threshold lies above the rate. */
  static final int FLOOD_FACTOR = 10;

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /** What an event is. */
  public enum Verdict {
    /** Within the rate. */
    WITHIN,
    /** Over the rate. */
    OVER,
    /** Over ten times the rate. */
    FLOOD
  }

  private final long intervalNanos; // 0: no limit
  private final long floodIntervalNanos;
  private final long toleranceNanos;
  private boolean started;
  private long emptyAt; // on the caller's clock
  private long floodEmptyAt;

  /**
   * Creates a limit.
   *
   * @param perSecond events per second, 0 for no limit
   * @param burstSeconds how many seconds' worth of events may come at once
   */
  public RateLimit(int perSecond, int burstSeconds) {
    this.intervalNanos = perSecond == 0 ? 0 : Math.max(FLOOD_FACTOR, NANOS_PER_SECOND / perSecond);
    this.floodIntervalNanos = intervalNanos / FLOOD_FACTOR;
    this.toleranceNanos = burstSeconds * NANOS_PER_SECOND - intervalNanos;
  }

  /** Counts one event at {@code nowNanos}. */
  public Verdict check(long nowNanos) {
    if (intervalNanos == 0) {
      return Verdict.WITHIN;
    }
    if (!started) {
      started = true;
      emptyAt = nowNanos;
      floodEmptyAt = nowNanos;
    }
    long floodLead = Math.max(0, floodEmptyAt - nowNanos);
    if (floodLead > toleranceNanos) {
      return Verdict.FLOOD;
    }
    floodEmptyAt = nowNanos + floodLead + floodIntervalNanos;
    long lead = Math.max(0, emptyAt - nowNanos);
    if (lead > toleranceNanos) {
      return Verdict.OVER;
    }
    emptyAt = nowNanos + lead + intervalNanos;
    return Verdict.WITHIN;
  }
}
