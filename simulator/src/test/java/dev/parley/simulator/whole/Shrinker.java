package dev.parley.simulator.whole;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Looks for a smaller run that breaks the same invariants: it drops faults, nodes and calls for as
 * long as one of them still breaks.
 */
final class Shrinker {
  static final int MAX_RUNS = 60;
  private static final int MIN_NODES = 2;

  private final Function<Scenario, World.Outcome> runs;
  private int left;

  /**
   * @param runs runs a scenario
   * @param limit how often it may
   */
  Shrinker(Function<Scenario, World.Outcome> runs, int limit) {
    this.runs = runs;
    this.left = limit;
  }

  /** The smallest broken run that was found; {@code broken} itself if none is smaller. */
  World.Outcome shrink(World.Outcome broken) {
    World.Outcome smallest = broken;
    boolean smaller = true;
    while (smaller) {
      smaller = false;
      for (Scenario candidate : candidates(smallest.scenario())) {
        if (left-- <= 0) {
          return smallest;
        }
        World.Outcome outcome = runs.apply(candidate);
        if (outcome.broken().keySet().stream().anyMatch(broken.broken()::containsKey)) {
          smallest = outcome;
          smaller = true;
          break;
        }
      }
    }
    return smallest;
  }

  /** What is a step smaller, the largest step first. */
  private static List<Scenario> candidates(Scenario s) {
    List<Scenario> candidates = new ArrayList<>();
    List<Integer> faults = s.all().stream().map(Fault::number).sorted().toList();
    for (int size = (faults.size() + 1) / 2; size >= 1; size /= 2) {
      for (int at = 0; at < faults.size(); at += size) {
        TreeSet<Integer> kept = new TreeSet<>(faults);
        kept.removeAll(faults.subList(at, Math.min(faults.size(), at + size)));
        candidates.add(s.withFaults(kept));
      }
    }
    if (s.nodes() > MIN_NODES) {
      candidates.add(s.withNodes(s.nodes() - 1));
    }
    if (s.calls() > 0) {
      candidates.add(s.withCalls(s.calls() / 2));
    }
    return candidates;
  }
}
