package dev.parley.dht.table;

/**
 * How long answers take, over all peers: a histogram of 50 ms bins that forgets.
 *
 * <p>It gives the soft timeout for peers that were never measured: {@code max(p10 + 100 ms, p90)},
 * as the Java Mainline node mldht does. Measured peers have {@link Rtt}. Confined to one thread.
 */
public final class RttEstimator {
  private static final int BINS = 40;
  private static final double BIN_MILLIS = 50;
  private static final int DECAY_EVERY = 16;
  private static final float DECAY = 0.95f;
  private static final double INITIAL_MILLIS = 500;

  private float @org.jspecify.annotations.Nullable [] bins;
  private float total;
  private int samples;
  private double cachedMillis = INITIAL_MILLIS;
  private double medianMillis = 150;

  /** Adds the time that one answer took. */
  public void add(double millis) {
    float[] counts = bins;
    if (counts == null) {
      counts = new float[BINS];
      bins = counts;
    }
    counts[(int) Math.max(0, Math.min(BINS - 1, millis / BIN_MILLIS))]++;
    total++;
    if (++samples % DECAY_EVERY == 0) {
      decay(counts);
    }
    if (samples % DECAY_EVERY == 0 || samples <= DECAY_EVERY) {
      cachedMillis = Math.max(quantile(counts, 0.1) + 100, quantile(counts, 0.9));
      medianMillis = quantile(counts, 0.5);
    }
  }

  private void decay(float[] counts) {
    total = 0;
    for (int i = 0; i < BINS; i++) {
      counts[i] *= DECAY;
      total += counts[i];
    }
  }

  private double quantile(float[] counts, double share) {
    double rest = share * total;
    for (int i = 0; i < BINS; i++) {
      rest -= counts[i];
      if (rest <= 0) {
        return (i + 1) * BIN_MILLIS;
      }
    }
    return BINS * BIN_MILLIS;
  }

  /** When an answer of an unknown peer is late. */
  public double softMillis() {
    return cachedMillis;
  }

  /** What half of the answers took at most, rounded up to a bin. */
  public double medianMillis() {
    return medianMillis;
  }
}
