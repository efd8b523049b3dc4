package dev.parley.dht.table;

/**
 * The smoothed round-trip time of one peer (RFC 6298), in milliseconds. Confined to one thread. A
 * base class and not a field, since a node has hundreds.
 */
public class Rtt {
  static final float MIN_TIMEOUT_MILLIS = 60;
  public static final float MAX_TIMEOUT_MILLIS = 2000;

  private float smoothed = -1;
  private float variation;

  public final void add(double millis) {
    float sample = (float) millis;
    if (smoothed < 0) {
      smoothed = sample;
      variation = sample / 2;
    } else {
      variation += (Math.abs(smoothed - sample) - variation) / 4;
      smoothed += (sample - smoothed) / 8;
    }
  }

  public final boolean isKnown() {
    return smoothed >= 0;
  }

  public final float smoothedMillis() {
    return smoothed;
  }

  /** When an answer is late. */
  public final float timeoutMillis() {
    float timeout = smoothed + Math.max(10, 4 * variation);
    return Math.max(MIN_TIMEOUT_MILLIS, Math.min(MAX_TIMEOUT_MILLIS, timeout));
  }
}
