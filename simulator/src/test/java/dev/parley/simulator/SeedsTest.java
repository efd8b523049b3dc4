package dev.parley.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.simulator.SimulationOptions.Attack;
import dev.parley.simulator.SimulationOptions.Churn;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small networks with churn and attacks of all kinds, a different mix for each seed: a few in each
 * build, and 1,000 with {@code -Pnightly}. A run that breaks an invariant is shrunk first.
 */
class SeedsTest {
  private static final Churn[] CHURNS = Churn.values();
  private static final Attack[] ATTACKS = Attack.values();

  static LongStream seeds() {
    long first = Long.getLong("parley.sim.firstSeed", 1);
    return LongStream.range(first, first + Integer.getInteger("parley.sim.seeds", 4));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void noInvariantBreaks(long seed) {
    SimulationReport report = Simulation.of(options(seed)).run();
    if (!report.brokenInvariants().isEmpty()) {
      report = Simulation.shrink(report);
    }

    assertThat(report.brokenInvariants())
        .as("parley sim %s", report.options().toArguments())
        .isEmpty();
  }

  /** In 160 seeds each churn meets each attack. */
  private static SimulationOptions options(long seed) {
    Churn churn = CHURNS[(int) (seed % CHURNS.length)];
    Attack attack = ATTACKS[(int) ((seed + seed / CHURNS.length) % ATTACKS.length)];
    int nodes = churn == Churn.C4_JOIN ? 8 : 40;
    return SimulationOptions.defaults()
        .withNodes(nodes)
        .withSeed(seed)
        .withChurn(churn)
        .withAdversary(attack, nodes / 10)
        .withTimes(Duration.ofMinutes(2), Duration.ofMinutes(3))
        .withLookups(40);
  }
}
