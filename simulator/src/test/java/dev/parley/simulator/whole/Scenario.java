package dev.parley.simulator.whole;

import dev.parley.transport.rsocket.TransportOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * What happens in a run: all of it follows from the seed, and from what was left out.
 *
 * @param nodes how many honest nodes there are
 * @param calls how many calls are made while faults happen
 * @param faults the faults that were kept, by their numbers; null for all
 */
record Scenario(long seed, int nodes, int calls, TreeSet<Integer> faults) {
  static final Duration STORM = Duration.ofSeconds(30);
  private static final int MAX_NODES = 7;

  static Scenario of(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return new Scenario(seed, 3 + random.nextInt(MAX_NODES - 2), 150 + random.nextInt(200), null);
  }

  /** The faults of the run, by time. */
  List<Fault> all() {
    SplittableRandom random = new SplittableRandom(seed + 0x5eed);
    List<Fault> all = new ArrayList<>();
    int count = 4 + random.nextInt(random.nextInt(4) == 0 ? 40 : 12);
    for (int number = 0; number < count; number++) {
      Fault fault = Fault.draw(number, random, STORM);
      if (faults == null || faults.contains(number)) {
        all.add(fault);
      }
    }
    return all;
  }

  Scenario withFaults(TreeSet<Integer> kept) {
    return new Scenario(seed, nodes, calls, kept);
  }

  Scenario withNodes(int n) {
    return new Scenario(seed, n, calls, faults);
  }

  Scenario withCalls(int n) {
    return new Scenario(seed, nodes, n, faults);
  }

  /** Whether somebody says that it listens where another agent does. */
  boolean hasLiar() {
    return seed % 4 == 1;
  }

  /** Whether nodes have room for a few strangers only. */
  boolean isTight() {
    return seed % 3 == 0;
  }

  /** Every other run has the shipped times; the others are as quick as a nervous operator's. */
  void transport(TransportOptions.Builder options) {
    if (seed % 2 == 0) {
      options
          .liveness(
              v ->
                  v.stallTimeout(Duration.ofSeconds(1))
                      .pingIdle(Duration.ofMillis(500))
                      .pingDead(Duration.ofSeconds(2)))
          .dialling(d -> d.dialTimeout(Duration.ofSeconds(1)));
    }
    if (isTight()) {
      options
          .accepting(a -> a.maxHandshakes(16))
          .limits(l -> l.maxRecordBytes(4096).maxConcurrentRequests(8));
    }
  }

  /** The command that repeats the run. */
  String command() {
    StringBuilder text =
        new StringBuilder("mvn -pl simulator -am test -Dtest=WholeNodeTest#repeats")
            .append(" -Dsurefire.failIfNoSpecifiedTests=false -Dparley.sim.whole.seed=")
            .append(seed);
    Scenario given = of(seed);
    if (nodes != given.nodes) {
      text.append(" -Dparley.sim.whole.nodes=").append(nodes);
    }
    if (calls != given.calls) {
      text.append(" -Dparley.sim.whole.calls=").append(calls);
    }
    if (faults != null) {
      text.append(" -Dparley.sim.whole.faults=")
          .append(
              faults.isEmpty()
                  ? "none"
                  : String.join(",", faults.stream().map(String::valueOf).toList()));
    }
    return text.toString();
  }
}
