package dev.parley.benchmarks.compare;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What came out, by cell, peer and turn. In a turn all peers did the same work within a second, so
 * ratios of throughput are made within turns, and of those the median is taken: a machine that is
 * slow for a while, or stands still, is so for a few turns. Latencies and processor time are of all
 * turns together.
 */
final class Turns {
  private static final int DIGITS = 3;

  private final Map<Cell, Map<String, Map<Integer, Sample>>> all = new LinkedHashMap<>();

  void add(Cell cell, String peer, int turn, Sample sample) {
    all.computeIfAbsent(cell, c -> new LinkedHashMap<>())
        .computeIfAbsent(peer, p -> new TreeMap<>())
        .put(turn, sample);
  }

  Set<Cell> cells() {
    return new LinkedHashSet<>(all.keySet());
  }

  Set<String> peers(Cell cell) {
    return all.getOrDefault(cell, Map.of()).keySet();
  }

  private Map<Integer, Sample> byTurn(Cell cell, String peer) {
    return all.getOrDefault(cell, Map.of()).getOrDefault(peer, Map.of());
  }

  private Collection<Sample> samples(Cell cell, String peer) {
    return byTurn(cell, peer).values();
  }

  /** Operations a second: the median over a peer's turns. */
  double perSecond(Cell cell, String peer) {
    return median(samples(cell, peer).stream().mapToDouble(Sample::perSecond).toArray())
        .orElse(Double.NaN);
  }

  /** A percentile of all latencies, in microseconds. */
  double micros(Cell cell, String peer, double percentile) {
    Histogram latency = new Histogram(DIGITS);
    samples(cell, peer).forEach(sample -> latency.add(sample.latency()));
    return latency.getValueAtPercentile(percentile) / 1e3;
  }

  /** Processor time of an operation, both sides, in microseconds. */
  double cpuMicros(Cell cell, String peer) {
    Collection<Sample> samples = samples(cell, peer);
    double nanos = samples.stream().mapToLong(Sample::cpuNanos).sum();
    return nanos / 1e3 / samples.stream().mapToLong(Sample::operations).sum();
  }

  /** The first peer's operations a second by the second's: the median over turns of both. */
  Optional<Double> ratio(Cell cell, String peer, String against) {
    Map<Integer, Sample> others = byTurn(cell, against);
    OptionalDouble ratio =
        median(
            byTurn(cell, peer).entrySet().stream()
                .filter(turn -> others.containsKey(turn.getKey()))
                .mapToDouble(
                    turn -> turn.getValue().perSecond() / others.get(turn.getKey()).perSecond())
                .toArray());
    return ratio.isPresent() ? Optional.of(ratio.getAsDouble()) : Optional.empty();
  }

  /** A percentile of one cell's latencies by that of another's: the median over a peer's turns. */
  OptionalDouble slowdown(String peer, Cell cell, Cell by, double percentile) {
    Map<Integer, Sample> others = byTurn(by, peer);
    return median(
        byTurn(cell, peer).entrySet().stream()
            .filter(turn -> others.containsKey(turn.getKey()))
            .mapToDouble(
                turn ->
                    (double) turn.getValue().latency().getValueAtPercentile(percentile)
                        / others.get(turn.getKey()).latency().getValueAtPercentile(percentile))
            .toArray());
  }

  private static OptionalDouble median(double[] values) {
    if (values.length == 0) {
      return OptionalDouble.empty();
    }
    Arrays.sort(values);
    int half = values.length / 2;
    return OptionalDouble.of(
        values.length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2);
  }
}
