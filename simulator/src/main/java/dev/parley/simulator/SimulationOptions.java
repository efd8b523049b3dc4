package dev.parley.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

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
 * @param publishers how many nodes publish a listing; 0 for all
 * @param absent how many of those who published go for good when measuring begins; only they are
 *     looked for, in the last tenth of the time. 0 for nobody, and lookups of all
 * @param join whether nodes join one after the other instead of starting with tables in place
 * @param latency how long round trips take
 * @param clientShare nodes behind a NAT besides, which nobody can dial, as a share of {@code
 *     nodes}, 0..1
 * @param slowShare how many of the nodes take 0.2 to 2 s to answer, 0..0.5
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
    int absent,
    boolean join,
    Latency latency,
    double clientShare,
    double slowShare) {
  /** How long round trips take. */
  public enum Latency {
    /** The Internet: median 157 ms, 95 % below 321 ms. */
    K1,
    /** One data centre or region: median 2 ms, 99 % below 8 ms. */
    L1
  }

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
    C4,
    /** When measuring begins, nine times as many nodes join within a minute. */
    C4_JOIN,
    /** A day's wave: 30 % leave over the first third of the time and return over the last. */
    C4_WAVE,
    /** When measuring begins, the network falls into two halves, for ten minutes. */
    C4_SPLIT,
    /** When measuring begins, one half can no longer dial the other, which can; ten minutes. */
    C4_ONE_WAY,
    /** Two networks whose one common seed comes back, knowing nobody, when measuring begins. */
    C4_ISLANDS,
    /** 5 % of the nodes vanish and return, each every two minutes. */
    C4_FLAP
  }

  /** Who attacks. */
  public enum Attack {
    /** Nobody. */
    NONE,
    /** Nodes with ids ground next to one listing, on few networks, that answer and hide it. */
    A1,
    /** Colluders that tell of each other only, and hide listings. */
    A2,
    /** Nodes that tell of nodes that do not exist. */
    A3,
    /** Nodes that answer just before the timeout. */
    A4,
    /** Holders that give out the oldest version of a listing that they have seen. */
    A5,
    /** Nodes that flood others with listings of made-up agents. */
    A6,
    /** Identities by the hundred from one /24 that offer themselves to everybody. */
    A7,
    /** One node restarts with seeds that are all hostile, and is flooded. */
    A8,
    /** Nodes that tell of contacts at a victim's address. */
    A9,
    /** Nodes that are always busy. */
    A10,
    /** Nodes that answer the way but neither GET nor relay. */
    A11,
    /** Nodes whose clocks are a day off. */
    A12,
    /** Agents that sign two listings with one sequence number. */
    A13,
    /** Nodes that lie about the addresses that they see. */
    A14,
    /** Nodes whose answers are damaged. */
    A15
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
    check(problems, "absent", absent, 0, nodes / 2);
    check(problems, "warmup seconds", warmup.toSeconds(), 0, 7 * 86_400);
    check(problems, "duration seconds", duration.toSeconds(), 1, 7 * 86_400);
    if (!(clientShare >= 0 && clientShare <= 1)) {
      problems.add("clientShare is " + clientShare + ", must be 0..1");
    }
    if (!(slowShare >= 0 && slowShare <= 0.5)) {
      problems.add("slowShare is " + slowShare + ", must be 0..0.5");
    }
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
        0,
        false,
        Latency.K1,
        0,
        0);
  }

  /** The arguments with which {@code parley sim} runs these. */
  public String toArguments() {
    StringBuilder out = new StringBuilder();
    out.append("--nodes ").append(nodes).append(" --seed ").append(seed);
    out.append(" --churn ").append(churn).append(" --lookups ").append(lookups);
    out.append(" --warmup ").append(warmup.toSeconds()).append('s');
    out.append(" --duration ").append(duration.toSeconds()).append('s');
    if (adversary != Attack.NONE) {
      out.append(" --adversary ").append(adversary);
      out.append(adversaryCount > 0 ? " --adversaries " + adversaryCount : "");
    }
    out.append(publishers > 0 ? " --publishers " + publishers : "");
    out.append(absent > 0 ? " --absent " + absent : "");
    out.append(join ? " --join" : "");
    out.append(latency != Latency.K1 ? " --latency " + latency : "");
    out.append(clientShare > 0 ? " --clients " + clientShare : "");
    out.append(slowShare > 0 ? " --slow " + slowShare : "");
    return out.toString();
  }

  private SimulationOptions with(Consumer<Edit> change) {
    Edit edit = new Edit(this);
    change.accept(edit);
    return edit.build();
  }

  private static final class Edit {
    int nodes;
    long seed;
    Churn churn;
    Attack adversary;
    int adversaryCount;
    Duration warmup;
    Duration duration;
    int lookups;
    int publishers;
    int absent;
    boolean join;
    Latency latency;
    double clientShare;
    double slowShare;

    Edit(SimulationOptions o) {
      nodes = o.nodes;
      seed = o.seed;
      churn = o.churn;
      adversary = o.adversary;
      adversaryCount = o.adversaryCount;
      warmup = o.warmup;
      duration = o.duration;
      lookups = o.lookups;
      publishers = o.publishers;
      absent = o.absent;
      join = o.join;
      latency = o.latency;
      clientShare = o.clientShare;
      slowShare = o.slowShare;
    }

    SimulationOptions build() {
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
          absent,
          join,
          latency,
          clientShare,
          slowShare);
    }
  }

  /** These options with another number of nodes. */
  public SimulationOptions withNodes(int value) {
    return with(e -> e.nodes = value);
  }

  /** These options with another seed. */
  public SimulationOptions withSeed(long value) {
    return with(e -> e.seed = value);
  }

  /** These options with another churn. */
  public SimulationOptions withChurn(Churn value) {
    return with(e -> e.churn = value);
  }

  /** These options with an attack by {@code count} nodes, or its default with 0. */
  public SimulationOptions withAdversary(Attack value, int count) {
    return with(
        e -> {
          e.adversary = value;
          e.adversaryCount = count;
        });
  }

  /** These options with other times. */
  public SimulationOptions withTimes(Duration newWarmup, Duration newDuration) {
    return with(
        e -> {
          e.warmup = newWarmup;
          e.duration = newDuration;
        });
  }

  /** These options with another number of lookups. */
  public SimulationOptions withLookups(int value) {
    return with(e -> e.lookups = value);
  }

  /** These options with another number of publishers. */
  public SimulationOptions withPublishers(int value) {
    return with(e -> e.publishers = value);
  }

  /** These options with so many publishers that go for good and are looked for. */
  public SimulationOptions withAbsent(int value) {
    return with(e -> e.absent = value);
  }

  /** These options with nodes that join one after the other, or not. */
  public SimulationOptions withJoin(boolean value) {
    return with(e -> e.join = value);
  }

  /** These options with another latency model. */
  public SimulationOptions withLatency(Latency value) {
    return with(e -> e.latency = value);
  }

  /** These options with nodes besides that cannot be dialled, as a share of {@code nodes}. */
  public SimulationOptions withClients(double share) {
    return with(e -> e.clientShare = share);
  }

  /** These options with nodes among them that take long to answer. */
  public SimulationOptions withSlow(double share) {
    return with(e -> e.slowShare = share);
  }
}
