package dev.parley.benchmarks;

import java.util.Arrays;
import java.util.Locale;

/**
 * What meters cost a send: two pairs of nodes in one process, one with meters on both sides and one
 * without, take turns of a few milliseconds in changing order. The answer is the median of the
 * ratios within turns, with the bounds between which the median of endless turns lies 95 times of
 * 100. Turns that short are whole or lost on a machine that stands still now and then, and the
 * median ignores the lost ones; JMH's iterations of a second are all hit.
 */
public final class MetricsCost {
  private static final int BYTES = 32;
  private static final int IN_FLIGHT = 64;
  private static final int BATCH = 512;
  private static final double TWO_SIGMA_RANKS = 0.98; // of a median, times the root of the count

  private MetricsCost() {}

  /** Runs so many turns, 4000 unless told, after a quarter as many to warm up. */
  public static void main(String[] args) throws Exception {
    int turns = args.length == 0 ? 4000 : Integer.parseInt(args[0]);
    try (EchoPair coarse = EchoPair.start("parley", BYTES);
        EchoPair exact = EchoPair.start("parley-exact-clock", BYTES);
        EchoPair without = EchoPair.start("parley-without-metrics", BYTES)) {
      double[] withCoarse = measure(coarse, without, turns);
      double[] withExact = measure(exact, without, turns);
      double[] noise = measure(without, without, turns / 4);
      System.out.printf(
          Locale.ROOT,
          "JDK %s, %d turns of %d sends of %d bytes, %d in flight, one process%n",
          Runtime.version(),
          turns,
          BATCH,
          BYTES,
          IN_FLIGHT);
      System.out.printf(
          "throughput by that without meters, with CoarseClock: %s%n", median(withCoarse));
      System.out.printf(
          "                    with Micrometer's own clock:     %s%n", median(withExact));
      System.out.printf("                    without meters, for comparison:  %s%n", median(noise));
    }
    System.exit(0); // event loops of libraries may still be ending
  }

  private static double[] measure(EchoPair first, EchoPair second, int turns)
      throws InterruptedException {
    ClosedLoop a = new ClosedLoop(first.client(), IN_FLIGHT, BYTES);
    ClosedLoop b = new ClosedLoop(second.client(), IN_FLIGHT, BYTES);
    for (int i = 0; i < turns / 4; i++) {
      a.run(BATCH);
      b.run(BATCH);
    }
    double[] ratios = new double[turns];
    for (int i = 0; i < turns; i++) {
      if (i % 2 == 0) {
        long nanosA = time(a);
        ratios[i] = time(b) / (double) nanosA;
      } else {
        long nanosB = time(b);
        ratios[i] = nanosB / (double) time(a);
      }
    }
    Arrays.sort(ratios);
    return ratios;
  }

  private static long time(ClosedLoop loop) throws InterruptedException {
    long start = System.nanoTime();
    loop.run(BATCH);
    return System.nanoTime() - start;
  }

  private static String median(double[] sorted) {
    int half = sorted.length / 2;
    int ranks = (int) Math.ceil(TWO_SIGMA_RANKS * Math.sqrt(sorted.length));
    return String.format(
        Locale.ROOT,
        "%.3f (%.3f to %.3f)",
        sorted[half],
        sorted[Math.max(0, half - ranks)],
        sorted[Math.min(sorted.length - 1, half + ranks)]);
  }
}
