package dev.parley.simulator;

import dev.parley.simulator.SimulationOptions.Attack;
import dev.parley.simulator.SimulationOptions.Churn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Looks for a smaller run that breaks an invariant as well, which is quicker to repeat and to
 * understand: it halves one thing after the other for as long as something still breaks.
 */
final class Shrinking {
  private static final int MAX_RUNS = 60;
  private static final int MIN_NODES = 4;
  private static final Duration MIN_TIME = Duration.ofSeconds(30);

  private final Function<SimulationOptions, SimulationReport> runs;
  private int left = MAX_RUNS;

  /**
   * @param runs runs a simulation
   */
  Shrinking(Function<SimulationOptions, SimulationReport> runs) {
    this.runs = runs;
  }

  /** The smallest broken run that was found; {@code broken} itself if none is smaller. */
  SimulationReport shrink(SimulationReport broken) {
    SimulationReport smallest = broken;
    SimulationReport next = smaller(smallest);
    while (next != null) {
      smallest = next;
      next = smaller(smallest);
    }
    return smallest;
  }

  private @Nullable SimulationReport smaller(SimulationReport broken) {
    for (SimulationOptions candidate : candidates(broken.options())) {
      if (left-- > 0) {
        SimulationReport report = runs.apply(candidate);
        if (!report.brokenInvariants().isEmpty()) {
          return report;
        }
      }
    }
    return null;
  }

  /** What is a step smaller, the largest step first. */
  private static List<SimulationOptions> candidates(SimulationOptions o) {
    List<SimulationOptions> candidates = new ArrayList<>();
    if (o.nodes() / 2 >= MIN_NODES) {
      int nodes = o.nodes() / 2;
      candidates.add(
          o.withAdversary(o.adversary(), Math.min(o.adversaryCount(), nodes / 2))
              .withPublishers(Math.min(o.publishers(), nodes))
              .withAbsent(Math.min(o.absent(), nodes / 2))
              .withNodes(nodes));
    }
    if (halfOf(o.duration()).compareTo(MIN_TIME) >= 0) {
      candidates.add(o.withTimes(o.warmup(), halfOf(o.duration())));
    }
    if (halfOf(o.warmup()).compareTo(MIN_TIME) >= 0) {
      candidates.add(o.withTimes(halfOf(o.warmup()), o.duration()));
    }
    if (o.adversary() != Attack.NONE) {
      candidates.add(o.withAdversary(Attack.NONE, 0));
    }
    if (o.churn() != Churn.C0) {
      candidates.add(o.withChurn(Churn.C0));
    }
    if (o.clientShare() > 0) {
      candidates.add(o.withClients(0));
    }
    if (o.slowShare() > 0) {
      candidates.add(o.withSlow(0));
    }
    if (o.lookups() > 1) {
      candidates.add(o.withLookups(o.lookups() / 2));
    }
    return candidates;
  }

  /** In whole seconds, as they are written on a command line. */
  private static Duration halfOf(Duration time) {
    return Duration.ofSeconds(time.toSeconds() / 2);
  }
}
