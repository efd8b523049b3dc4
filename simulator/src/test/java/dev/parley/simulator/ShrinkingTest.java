package dev.parley.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.simulator.SimulationOptions.Attack;
import dev.parley.simulator.SimulationOptions.Churn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class ShrinkingTest {
  private static final SimulationOptions LARGE =
      SimulationOptions.defaults()
          .withNodes(1000)
          .withSeed(7)
          .withChurn(Churn.C2)
          .withAdversary(Attack.A3, 200)
          .withPublishers(900)
          .withTimes(Duration.ofMinutes(10), Duration.ofMinutes(30));

  private final List<SimulationOptions> ran = new ArrayList<>();

  private SimulationReport run(SimulationOptions options, Predicate<SimulationOptions> breaks) {
    ran.add(options);
    SimulationReport.Percentiles none = new SimulationReport.Percentiles(0, 0, 0);
    List<String> broken = breaks.test(options) ? List.of("something") : List.of();
    return new SimulationReport(
        options, 0, none, 0, 0, 1, 0, 0, none, 0, 0, none, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, "",
        broken);
  }

  private SimulationOptions shrink(Predicate<SimulationOptions> breaks) {
    Shrinking shrinking = new Shrinking(options -> run(options, breaks));
    return shrinking.shrink(run(LARGE, breaks)).options();
  }

  @Test
  void keepsWhatTheBreachNeedsAndDropsTheRest() {
    SimulationOptions smallest =
        shrink(o -> o.nodes() >= 100 && o.churn() == Churn.C2 && o.duration().toMinutes() >= 5);

    assertThat(smallest)
        .isEqualTo(
            LARGE
                .withAdversary(Attack.NONE, 0)
                .withPublishers(125)
                .withNodes(125)
                .withLookups(1)
                .withTimes(Duration.ofSeconds(37), Duration.ofSeconds(450)));
  }

  @Test
  void staysWithWhatCannotBeSmaller() {
    assertThat(shrink(LARGE::equals)).isEqualTo(LARGE);
  }

  @Test
  void givesUpAfterSixtyRuns() {
    int[] countdown = {1000};

    shrink(o -> countdown[0]-- > 0 && o.nodes() == 1000 && o.lookups() == 1000);

    assertThat(ran).hasSizeLessThanOrEqualTo(61);
  }

  @Test
  void saysHowToRepeatARun() {
    assertThat(LARGE.withLookups(5).withClients(0.5).toArguments())
        .isEqualTo(
            "--nodes 1000 --seed 7 --churn C2 --lookups 5 --warmup 600s --duration 1800s"
                + " --adversary A3 --adversaries 200 --publishers 900 --clients 0.5");
  }
}
