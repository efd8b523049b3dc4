package dev.parley.simulator.whole;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Runs whole nodes, one seed or many; prints what is broken, and the story of a run. */
final class WholeNodes {
  private static final int LAST_LINES = 400;

  private WholeNodes() {}

  /** The scenario of a seed, as system properties change it: see {@link Scenario#command}. */
  static Scenario asked(long seed) {
    Scenario asked = Scenario.of(seed);
    Integer nodes = Integer.getInteger("parley.sim.whole.nodes");
    Integer calls = Integer.getInteger("parley.sim.whole.calls");
    String faults = System.getProperty("parley.sim.whole.faults");
    asked = nodes == null ? asked : asked.withNodes(nodes);
    asked = calls == null ? asked : asked.withCalls(calls);
    return faults == null ? asked : asked.withFaults(numbers(faults));
  }

  private static TreeSet<Integer> numbers(String text) {
    return text.equals("none")
        ? new TreeSet<>()
        : Arrays.stream(text.split(","))
            .map(Integer::valueOf)
            .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Runs a scenario; where something is broken, the smallest run that still breaks it. */
  static World.Outcome run(Scenario scenario, Plant plant) {
    World.Outcome outcome = new World(scenario, plant).run();
    return outcome.broken().isEmpty()
        ? outcome
        : new Shrinker(smaller -> new World(smaller, plant).run(), Shrinker.MAX_RUNS)
            .shrink(outcome);
  }

  /** What is broken, how it is repeated, and what happened. */
  static String report(World.Outcome outcome) {
    List<String> lines = new ArrayList<>();
    outcome.broken().forEach((invariant, what) -> lines.add(invariant + ": " + what));
    lines.add("to repeat it: " + outcome.scenario().command());
    List<String> story = outcome.story();
    lines.addAll(story.subList(Math.max(0, story.size() - LAST_LINES), story.size()));
    return String.join("\n", lines);
  }

  /** Runs a range of seeds: the first, and how many. */
  public static void main(String[] args) {
    long first = Long.parseLong(args[0]);
    for (long seed = first; seed < first + Long.parseLong(args[1]); seed++) {
      World.Outcome outcome = run(Scenario.of(seed), Plant.NONE);
      System.out.println(seed + " " + outcome.ends() + " " + outcome.hash());
      if (!outcome.broken().isEmpty()) {
        System.out.println("FAILED " + report(outcome));
      }
    }
  }
}
