package dev.parley.simulator.whole;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Networks of whole nodes in bad weather, other ones for each seed: a few in each build, and 3,000
 * with {@code -Pnightly}. A run that breaks an invariant is shrunk first.
 */
class WholeNodeTest {
  static LongStream seeds() {
    long first = Long.getLong("parley.sim.firstSeed", 1);
    return LongStream.range(first, first + Integer.getInteger("parley.sim.wholeSeeds", 8));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void noInvariantBreaks(long seed) {
    World.Outcome outcome = WholeNodes.run(Scenario.of(seed), Plant.NONE);

    assertThat(outcome.broken()).as(() -> WholeNodes.report(outcome)).isEmpty();
  }

  /** The run of one seed, as its command says, with its story. */
  @Test
  @EnabledIfSystemProperty(named = "parley.sim.whole.seed", matches = "\\d+")
  @SuppressWarnings("SystemOut") // is asked for
  void repeats() {
    World.Outcome outcome =
        new World(WholeNodes.asked(Long.getLong("parley.sim.whole.seed", 1))).run();

    System.out.println(WholeNodes.report(outcome));
    System.out.println(outcome.ends() + " " + outcome.hash());
    assertThat(outcome.broken()).isEmpty();
  }

  @Test
  void theSameSeedGivesTheSameBytesAtTheSameTimes() {
    World.Outcome first = new World(Scenario.of(10)).run();
    World.Outcome second = new World(Scenario.of(10)).run();

    assertThat(second.hash()).isEqualTo(first.hash());
    assertThat(second.story()).isEqualTo(first.story());
    assertThat(new World(Scenario.of(11)).run().hash()).isNotEqualTo(first.hash());
  }
}
