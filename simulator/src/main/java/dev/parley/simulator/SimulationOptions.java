package dev.parley.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What to simulate. The same options give the same run.
 *
 * @param nodes servers of the network, 2..200000
 * @param seed the root of all randomness
 * @param churn how nodes come and go
 * @param adversary who attacks
 * @param adversaryCount how many nodes attack; 0 for the attack's own default
 * @param warmup virtual time before anything is measured
 * @param duration virtual time in which lookups are measured
 * @param lookups how many lookups are measured, spread evenly, 0..10000000
 * @param publishers how many nodes publish a record; 0 for all
 * @param join whether nodes join one after the other instead of starting with tables in place
 */
public record SimulationOptions(
    int nodes,
    long seed,
    Churn churn,
    Attack adversary,
    int adversaryCount,
    Duration warmup,
    Duration duration,
    int lookups,
    int publishers,
    boolean join) {
  /** How nodes come and go. */
  public enum Churn {
    /** They do not. */
    C0,
    /** As in IPFS: Weibull sessions, mean 5.4 h; 30 % come back at another address. */
    C1,
    /** Exponential sessions, median 30 min. */
    C2,
    /** Exponential sessions, median 1.4 min. */
    C3,
    /** Half of the nodes crash at once, when measuring begins. */
    C4
  }

  /** Who attacks. */
  public enum Attack {
    /** Nobody. */
    NONE,
    /** Nodes with ids ground next to one record, on few networks, that answer and hide it. */
    A1,
    /** Colluders that tell of each other only, and hide records. */
    A2,
    /** Nodes that tell of nodes that do not exist. */
    A3,
    /** Nodes that answer just before the timeout. */
    A4,
    /** Nodes that tell of contacts at a victim's address. */
    A9,
    /** Nodes that are always busy. */
    A10,
    /** Nodes that answer the way but neither GET nor relay. */
    A11,
    /** Nodes that lie about the addresses that they see. */
    A14
  }

  /**
   * Checks every range.
   *
   * @throws IllegalArgumentException with all problems, if there are any
   */
  public SimulationOptions {
    List<String> problems = new ArrayList<>();
    check(problems, "nodes", nodes, 2, 200_000);
    check(problems, "adversaryCount", adversaryCount, 0, nodes / 2);
    check(problems, "lookups", lookups, 0, 10_000_000);
    check(problems, "publishers", publishers, 0, nodes);
    check(problems, "warmup seconds", warmup.toSeconds(), 0, 7 * 86_400);
    check(problems, "duration seconds", duration.toSeconds(), 1, 7 * 86_400);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  private static void check(List<String> problems, String name, long value, long min, long max) {
    if (value < min || value > max) {
      problems.add(name + " is " + value + ", must be " + min + ".." + max);
    }
  }

  /**
   * 1,000 nodes without churn or attack: ten minutes to settle, ten measured with 1,000 lookups.
   */
  public static SimulationOptions defaults() {
    return new SimulationOptions(
        1000,
        1,
        Churn.C0,
        Attack.NONE,
        0,
        Duration.ofMinutes(10),
        Duration.ofMinutes(10),
        1000,
        0,
        false);
  }

  /** These options with another number of nodes. */
  public SimulationOptions withNodes(int value) {
    return new SimulationOptions(
        value, seed, churn, adversary, adversaryCount, warmup, duration, lookups, publishers, join);
  }

  /** These options with another seed. */
  public SimulationOptions withSeed(long value) {
    return new SimulationOptions(
        nodes,
        value,
        churn,
        adversary,
        adversaryCount,
        warmup,
        duration,
        lookups,
        publishers,
        join);
  }

  /** These options with another churn. */
  public SimulationOptions withChurn(Churn value) {
    return new SimulationOptions(
        nodes, seed, value, adversary, adversaryCount, warmup, duration, lookups, publishers, join);
  }

  /** These options with an attack by {@code count} nodes, or its default with 0. */
  public SimulationOptions withAdversary(Attack value, int count) {
    return new SimulationOptions(
        nodes, seed, churn, value, count, warmup, duration, lookups, publishers, join);
  }

  /** These options with other times. */
  public SimulationOptions withTimes(Duration newWarmup, Duration newDuration) {
    return new SimulationOptions(
        nodes,
        seed,
        churn,
        adversary,
        adversaryCount,
        newWarmup,
        newDuration,
        lookups,
        publishers,
        join);
  }

  /** These options with another number of lookups. */
  public SimulationOptions withLookups(int value) {
    return new SimulationOptions(
        nodes, seed, churn, adversary, adversaryCount, warmup, duration, value, publishers, join);
  }

  /** These options with another number of publishers. */
  public SimulationOptions withPublishers(int value) {
    return new SimulationOptions(
        nodes, seed, churn, adversary, adversaryCount, warmup, duration, lookups, value, join);
  }

  /** These options with nodes that join one after the other, or not. */
  public SimulationOptions withJoin(boolean value) {
    return new SimulationOptions(
        nodes,
        seed,
        churn,
        adversary,
        adversaryCount,
        warmup,
        duration,
        lookups,
        publishers,
        value);
  }
}
