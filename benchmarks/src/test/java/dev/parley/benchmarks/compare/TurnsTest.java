package dev.parley.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private static final Cell CELL = new Cell(Cell.Kind.CLOSED, 32, 1);

  private final Turns turns = new Turns();

  private void add(String peer, int turn, long operations) {
    Histogram latency = new Histogram(3);
    latency.recordValue(operations * 1_000);
    turns.add(CELL, peer, turn, new Sample(operations, 1_000_000_000, latency, operations * 2_000));
  }

  @Test
  void ratiosAreMadeWithinTurns() {
    add("parley", 1, 200);
    add("rsocket", 1, 100);
    add("parley", 2, 20); // the machine was slow for both
    add("rsocket", 2, 10);
    add("parley", 3, 300);
    add("rsocket", 3, 100);

    assertThat(turns.ratio(CELL, "parley", "rsocket")).contains(2.0);
    assertThat(turns.perSecond(CELL, "parley")).isEqualTo(200);
  }

  @Test
  void aTurnThatOneOfThemMissedIsLeftOut() {
    add("parley", 1, 200);
    add("parley", 2, 1000);
    add("rsocket", 1, 100);

    assertThat(turns.ratio(CELL, "parley", "rsocket")).contains(2.0);
    assertThat(turns.ratio(CELL, "parley", "netty")).isEmpty();
    assertThat(turns.perSecond(CELL, "netty")).isNaN();
  }

  @Test
  void latencyAndProcessorTimeAreOfAllTurns() {
    add("parley", 1, 100);
    add("parley", 2, 200);
    add("parley", 3, 900);

    assertThat(turns.micros(CELL, "parley", 50)).isCloseTo(200, within(1.0));
    assertThat(turns.micros(CELL, "parley", 99)).isCloseTo(900, within(1.0));
    assertThat(turns.cpuMicros(CELL, "parley")).isEqualTo(2);
  }

  @Test
  void theMedianOfAnEvenNumberIsInTheMiddle() {
    add("parley", 1, 100);
    add("parley", 2, 200);

    assertThat(turns.perSecond(CELL, "parley")).isEqualTo(150);
  }
}
