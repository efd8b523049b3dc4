package dev.parley.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class CellTest {
  @Test
  void labelsAreDistinct() {
    assertThat(Budget.ALL_CELLS.stream().map(Cell::label)).doesNotHaveDuplicates();
    assertThat(new Cell(Cell.Kind.CLOSED, 32, 256).label()).isEqualTo("32Bx256");
    assertThat(new Cell(Cell.Kind.STREAM, 1024, 1).label()).isEqualTo("1KiB-stream");
    assertThat(new Cell(Cell.Kind.OPEN, 65_536, 5).label()).isEqualTo("64KiB-at-5");
  }

  @Test
  void aWorkerReadsWhatTheDriverWrites() {
    assertThat(Budget.ALL_CELLS)
        .allSatisfy(cell -> assertThat(Cell.decode(cell.encode())).isEqualTo(cell));
    Histogram latency = new Histogram(3);
    latency.recordValue(77);
    Sample sample = new Sample(1, 2, latency, 5);
    assertThat(Sample.decode(sample.encode(), 5)).isEqualTo(sample);
  }

  @Test
  void everyBudgetSpeaksOfACellThatIsMeasured() {
    assertThat(Budget.ALL).extracting(Budget::cell).isSubsetOf(Budget.CELLS);
  }
}
