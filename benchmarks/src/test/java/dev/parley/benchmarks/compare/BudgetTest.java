package dev.parley.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class BudgetTest {
  private static final Cell CELL = new Cell(Cell.Kind.CLOSED, 32, 1);
  private static final Budget LEAST =
      new Budget(CELL, Budget.Figure.THROUGHPUT, "rsocket", false, 2, 2);
  private static final Budget MOST = new Budget(CELL, Budget.Figure.P50, "rsocket", true, 2, 2);

  private final Turns turns = new Turns();

  private void add(String peer, long operations, long p50) {
    Histogram latency = new Histogram(3);
    latency.recordValue(p50);
    turns.add(CELL, peer, 1, new Sample(operations, 1_000_000_000, latency, 10_000));
  }

  private boolean budgets(double part, ByteArrayOutputStream out) {
    PrintStream to = new PrintStream(out, true, StandardCharsets.UTF_8);
    return new Report(turns, 17).budgets(to, part);
  }

  @Test
  void aFloorIsAPartOfTheBar() {
    assertThat(LEAST.isMet(1.9, 1)).isFalse();
    assertThat(LEAST.isMet(1.7, 0.8)).isTrue();
    assertThat(MOST.isMet(2.1, 1)).isFalse();
    assertThat(MOST.isMet(2.4, 0.8)).isTrue();
    assertThat(MOST.isMet(2.6, 0.8)).isFalse();
  }

  @Test
  void whatWasNotMeasuredIsNotReached() {
    assertThat(LEAST.reached(turns)).isEmpty();
    add("rsocket", 100, 5);
    assertThat(LEAST.reached(turns)).isEmpty();
    add("parley", 150, 10);
    assertThat(LEAST.reached(turns)).contains(1.5);
    assertThat(MOST.reached(turns)).contains(2.0);
  }

  @Test
  void oneMissedBudgetIsEnoughToFail() {
    add("parley", 100, 20);
    add("rsocket", 100, 10);
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    assertThat(budgets(1, out)).isFalse();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("| 32Bx1 | p50 | rsocket | ≤ 1.05 | 2.00 | missed |");
    add("parley", 100, 10);
    assertThat(budgets(1, new ByteArrayOutputStream())).isTrue();
  }

  @Test
  void everyLineOfJsonHasItsRatio() {
    add("parley", 200, 20);
    add("rsocket", 100, 10);

    assertThat(new Report(turns, 17).json())
        .containsExactly(
            "{\"peer\":\"parley\",\"cell\":\"32Bx1\",\"kind\":\"closed\",\"bytes\":32,\"load\":1,"
                + "\"jdk\":17,\"ops_per_s\":200.0,\"p50_us\":0.02,\"p99_us\":0.02,"
                + "\"cpu_us_per_op\":0.05,\"ratio_to\":\"rsocket\",\"ratio\":2.0}",
            "{\"peer\":\"rsocket\",\"cell\":\"32Bx1\",\"kind\":\"closed\",\"bytes\":32,\"load\":1,"
                + "\"jdk\":17,\"ops_per_s\":100.0,\"p50_us\":0.01,\"p99_us\":0.01,"
                + "\"cpu_us_per_op\":0.1,\"ratio_to\":\"parley\",\"ratio\":0.5}");
  }
}
