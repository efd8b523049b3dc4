package dev.parley.simulator.whole;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The invariants see the faults that they are for; {@link WholeNodeTest} has these seeds without.
 */
class PlantedFaultsTest {
  @ParameterizedTest
  @CsvSource({
    "LOST_IS_NOT_EXECUTED, 7, executed",
    "SENDS_AGAIN, 1, once",
    "WRONG_ANSWER, 1, answer",
    "LEAKS, 1, buffers",
    "OLD_LINK_STAYS, 1, served",
    "SEEDS_FORGOTTEN, 1, served",
    "BANS_WHO_COMES_BACK, 1, healed",
    "TIMER_STAYS, 1, timers"
  })
  void isSeen(Plant plant, long seed, String invariant) {
    World.Outcome outcome = new World(Scenario.of(seed), plant).run();

    assertThat(outcome.broken()).containsKey(invariant);
  }

  /** What is left is enough to break it, and says how it is repeated. */
  @Test
  void aFailingRunShrinks() {
    Scenario given = Scenario.of(7);
    AtomicInteger runs = new AtomicInteger();
    World.Outcome smallest =
        new Shrinker(
                scenario -> {
                  runs.incrementAndGet();
                  return new World(scenario, Plant.LOST_IS_NOT_EXECUTED).run();
                },
                8)
            .shrink(new World(given, Plant.LOST_IS_NOT_EXECUTED).run());

    assertThat(smallest.broken()).containsKey("executed");
    assertThat(smallest.scenario().all().size()).isLessThan(given.all().size());
    assertThat(smallest.scenario().calls()).isLessThanOrEqualTo(given.calls());
    assertThat(smallest.scenario().command())
        .contains("-Dparley.sim.whole.seed=7", "-Dparley.sim.whole.faults=");
    assertThat(runs.get()).isLessThanOrEqualTo(8);
  }
}
