package dev.parley.dht.table;

import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtKey;
import java.util.Arrays;
import java.util.List;

/**
 * Guesses how many servers the network has from how near the nearest ones are.
 *
 * <p>If N points lie at random, the i-th nearest is i/(N+1) away on average. Each lookup of a
 * random target gives one estimate by least squares over i, and the median of the last 16 counts.
 * Lookups of keys that somebody chose are never used: an attacker could bend them. Confined to one
 * thread.
 */
public final class SizeEstimator {
  private static final int KEPT = 16;
  private static final int MIN_SAMPLES = 5;
  private static final int MIN_POINTS = 4;

  private final double[] estimates = new double[KEPT];
  private int count;
  private double fallback;

  /** Adds a lookup's result: the nearest nodes, in order, to a target drawn at random. */
  public void add(DhtKey target, List<Contact> nearest) {
    double size = estimate(target, nearest);
    if (size > 0) {
      estimates[count++ % KEPT] = size;
    }
  }

  /** What to say until there are enough lookups: an estimate around the node itself. */
  public void fallback(DhtKey self, List<Contact> nearest) {
    fallback = estimate(self, nearest);
  }

  static double estimate(DhtKey target, List<Contact> nearest) {
    if (nearest.size() < MIN_POINTS) {
      return nearest.size();
    }
    double products = 0;
    double squares = 0;
    for (int i = 1; i <= nearest.size(); i++) {
      products += i * target.distance(nearest.get(i - 1).id());
      squares += (double) i * i;
    }
    return products == 0 ? 0 : Math.max(1, squares / products - 1);
  }

  /** Whether there have been enough lookups of random targets. */
  public boolean isMeasured() {
    return count >= MIN_SAMPLES;
  }

  /** The number of servers; 0 while nothing is known. */
  public double size() {
    if (!isMeasured()) {
      return fallback;
    }
    double[] known = Arrays.copyOf(estimates, Math.min(count, KEPT));
    Arrays.sort(known);
    int half = known.length / 2;
    return known.length % 2 == 1 ? known[half] : (known[half - 1] + known[half]) / 2;
  }

  /** The distance within which {@code copies} nodes are expected; 0 while the size is unknown. */
  public double region(int copies) {
    double size = size();
    return size <= 0 ? 0 : Math.min(1, copies / size);
  }
}
