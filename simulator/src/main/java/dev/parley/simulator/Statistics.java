package dev.parley.simulator;

import dev.parley.dht.DhtEvent;
import dev.parley.dht.DhtStats;
import dev.parley.dht.LookupReport;
import dev.parley.dht.PublishReport;
import dev.parley.dht.port.DhtListener;
import java.util.Arrays;

/** Counts what happens while measuring. */
final class Statistics implements DhtListener {
  /** A growing list of samples. */
  static final class Samples {
    private double[] values = new double[64];
    private int size;

    void add(double value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      values[size++] = value;
    }

    int size() {
      return size;
    }

    double mean() {
      double sum = 0;
      for (int i = 0; i < size; i++) {
        sum += values[i];
      }
      return sum / size;
    }

    SimulationReport.Percentiles percentiles() {
      double[] sorted = Arrays.copyOf(values, size);
      Arrays.sort(sorted);
      return new SimulationReport.Percentiles(at(sorted, 0.5), at(sorted, 0.95), at(sorted, 0.99));
    }

    private static double at(double[] sorted, double share) {
      return sorted.length == 0
          ? Double.NaN
          : sorted[Math.min(sorted.length - 1, (int) (share * sorted.length))];
    }
  }

  final Samples lookupMillis = new Samples();
  final Samples hops = new Samples();
  final Samples rpcs = new Samples();
  final Samples putMillis = new Samples();
  final Samples putStored = new Samples();
  final Samples putRpcs = new Samples();
  final Samples joinMillis = new Samples();
  final Samples joinRpcs = new Samples();
  private boolean measuring;
  private int started;
  private int ended;
  private int right;
  private int relayed;
  private int partial;
  private long told;
  private long toldDead;

  void measure() {
    measuring = true;
  }

  boolean isMeasuring() {
    return measuring;
  }

  @Override
  public void toldContactAsked(boolean answered) {
    if (measuring) {
      told++;
      toldDead += answered ? 0 : 1;
    }
  }

  void lookupStarted() {
    started++;
  }

  void lookupEnded(LookupReport report, boolean isRight) {
    ended++;
    rpcs.add(report.rpcs());
    if (isRight) {
      right++;
      lookupMillis.add(report.took().toNanos() / 1e6);
      hops.add(report.hops());
      relayed += report.reason().equals("relay") ? 1 : 0;
    }
    partial += report.outcome() == dev.parley.dht.Outcome.PARTIAL ? 1 : 0;
  }

  void published(PublishReport report, long nanos) {
    putMillis.add(nanos / 1e6);
    putStored.add(report.stored());
  }

  @Override
  public void happened(DhtEvent event) {
    // a republish among earlier holders asks no one the way
    if (measuring && event instanceof DhtEvent.Published p && p.report().asked() > 0) {
      putRpcs.add(p.report().asked());
    }
  }

  void joined(long nanos, DhtStats stats) {
    if (measuring) {
      joinMillis.add(nanos / 1e6);
      long rpcs = 0;
      for (DhtStats.Calls calls : stats.calls().values()) {
        rpcs += calls.answered() + calls.refused() + calls.failed();
      }
      joinRpcs.add((double) rpcs);
    }
  }

  int ended() {
    return ended;
  }

  int unfinished() {
    return started - ended;
  }

  double success() {
    return ended == 0 ? Double.NaN : (double) right / ended;
  }

  double relayedShare() {
    return (double) relayed / right;
  }

  double partialShare() {
    return (double) partial / ended;
  }

  double deadInAnswers() {
    return told == 0 ? 0 : (double) toldDead / told;
  }
}
