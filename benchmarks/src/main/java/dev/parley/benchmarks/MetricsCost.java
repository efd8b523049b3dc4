package dev.parley.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What meters cost a send: two pairs of nodes in one process, one with meters on both sides and one
 * without, take turns of a few milliseconds in changing order. A process's figure is the median of
 * the ratios within turns. Turns that short are whole or lost on a machine that stands still now
 * and then, and the median ignores the lost ones; JMH's iterations of a second are all hit.
 *
 * <p>What the compiler makes of the same code differs from process to process by more than turns of
 * one differ, so there are several processes, one after the other, and the answer is the median of
 * theirs, with the least and the greatest.
 */
public final class MetricsCost {
  private static final int BYTES = 32;
  private static final int IN_FLIGHT = 64;
  private static final int BATCH = 512;

  /** One is enough to see that it runs. */
  private static final int PROCESSES = Jvm.isBrief() ? 1 : 7;

  private static final String ONE = "one";

  private MetricsCost() {}

  /**
   * Runs so many turns in each of seven processes, 2000 unless told, after a quarter as many to
   * warm up.
   */
  public static void main(String[] args) throws Exception {
    if (args.length == 2 && args[0].equals(ONE)) {
      measure(Integer.parseInt(args[1]));
      System.exit(0); // event loops of libraries may still be ending
    }
    int turns = args.length == 0 ? 2000 : Integer.parseInt(args[0]);
    List<double[]> all = new ArrayList<>();
    for (int i = 0; i < PROCESSES; i++) {
      double[] ratios = inProcess(turns);
      all.add(ratios);
      System.err.printf(
          Locale.ROOT,
          "process %d of %d: %.3f, %.3f, %.3f%n",
          i + 1,
          PROCESSES,
          ratios[0],
          ratios[1],
          ratios[2]);
    }
    System.out.printf(
        Locale.ROOT,
        "JDK %s, %d processes, %d turns of %d sends of %d bytes, %d in flight%n",
        Runtime.version(),
        PROCESSES,
        turns,
        BATCH,
        BYTES,
        IN_FLIGHT);
    System.out.printf("throughput by that without meters, with CoarseClock: %s%n", median(all, 0));
    System.out.printf("                    with Micrometer's own clock:     %s%n", median(all, 1));
    System.out.printf("                    without meters, for comparison:  %s%n", median(all, 2));
  }

  private static double[] inProcess(int turns) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(Jvm.command("-Dio.netty.allocator.type=pooled"));
    command.addAll(List.of(MetricsCost.class.getName(), ONE, Integer.toString(turns)));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (BufferedReader out = process.inputReader()) {
      String line = out.readLine();
      if (line == null || process.waitFor() != 0) {
        throw new IOException("a process ended without figures, exit " + process.waitFor());
      }
      return Arrays.stream(line.split(" ")).mapToDouble(Double::parseDouble).toArray();
    } finally {
      process.destroyForcibly();
    }
  }

  private static void measure(int turns) throws Exception {
    try (EchoPair coarse = EchoPair.start("parley", BYTES);
        EchoPair exact = EchoPair.start("parley-exact-clock", BYTES);
        EchoPair without = EchoPair.start("parley-without-metrics", BYTES)) {
      System.out.println(
          ratio(coarse, without, turns)
              + " "
              + ratio(exact, without, turns)
              + " "
              + ratio(without, without, turns));
    }
  }

  private static double ratio(EchoPair first, EchoPair second, int turns)
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
    return ratios[turns / 2];
  }

  private static long time(ClosedLoop loop) throws InterruptedException {
    long start = System.nanoTime();
    loop.run(BATCH);
    return System.nanoTime() - start;
  }

  private static String median(List<double[]> processes, int which) {
    double[] sorted = processes.stream().mapToDouble(ratios -> ratios[which]).sorted().toArray();
    return String.format(
        Locale.ROOT,
        "%.3f (%.3f to %.3f)",
        sorted[sorted.length / 2],
        sorted[0],
        sorted[sorted.length - 1]);
  }
}
