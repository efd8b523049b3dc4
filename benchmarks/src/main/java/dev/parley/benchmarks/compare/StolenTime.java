package dev.parley.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;

/**
 * How much of the processors' time a hypervisor gave to others, as Linux counts it in {@code
 * /proc/stat}. Where that is more than a little, the figures are the neighbours' and not ours.
 */
final class StolenTime {
  private static final Path STAT = Path.of("/proc/stat");
  private static final int STEAL = 8; // proc(5): cpu user nice system idle iowait irq softirq steal
  private static final int IDLE = 4;

  private final long[] before = read();

  /** The stolen part of the time, since this was made, in which something wanted to run. */
  OptionalDouble share() {
    return share(before, read());
  }

  static OptionalDouble share(long[] before, long[] after) {
    if (before.length <= STEAL || after.length <= STEAL) {
      return OptionalDouble.empty();
    }
    long wanted = 0;
    for (int i = 1; i <= STEAL; i++) {
      wanted += i == IDLE || i == IDLE + 1 ? 0 : after[i] - before[i];
    }
    return OptionalDouble.of(wanted == 0 ? 0 : (after[STEAL] - before[STEAL]) / (double) wanted);
  }

  private static long[] read() {
    try {
      return Files.exists(STAT) ? parse(Files.readAllLines(STAT).get(0)) : new long[0];
    } catch (IOException e) {
      return new long[0]; // not known, as elsewhere than on Linux
    }
  }

  /** The counters of the first line, at the positions of their words. */
  static long[] parse(String line) {
    String[] words = line.trim().split("\\s+", -1);
    long[] counters = new long[words.length];
    for (int i = 1; i < words.length; i++) {
      counters[i] = Long.parseLong(words[i]);
    }
    return counters;
  }
}
