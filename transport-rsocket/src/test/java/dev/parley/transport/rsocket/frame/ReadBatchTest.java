package dev.parley.transport.rsocket.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadBatchTest {
  private static final int FRAME = 100;

  private final ReadBatch batch = new ReadBatch();

  /** The sizes of the batches that a read of {@code frames} is sent in. */
  private int[] batches(int frames, int requests) {
    List<Integer> sizes = new ArrayList<>();
    int size = 0;
    for (int left = frames - 1; left >= 0; left--) {
      size++;
      if (batch.handled(FRAME, requests, left * FRAME)) {
        sizes.add(size);
        size = 0;
      }
    }
    batch.reset();
    sizes.add(size);
    return sizes.stream().mapToInt(Integer::intValue).toArray();
  }

  @Test
  void ourRequestsAreUnderWayInAFewBatches() {
    assertThat(batches(256, 256)).containsExactly(112, 144);
    assertThat(batches(128, 128)).containsExactly(48, 48, 32);
    assertThat(batches(64, 64)).containsExactly(16, 16, 16, 16);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "16, 64", "20, 64", "112, 256", "167, 256"})
  void littleIsNotCut(int frames, int requests) {
    assertThat(batches(frames, requests)).containsExactly(frames);
  }

  @Test
  void whoOnlyAnswersKeepsToTheBatchesThatCome() {
    assertThat(batches(200, 0)).containsExactly(200);
    assertThat(batches(1000, 0)).containsExactly(256, 256, 256, 232);
  }

  @Test
  void eachReadStartsAnew() {
    assertThat(batches(12, 64)).containsExactly(12);
    assertThat(batches(12, 64)).containsExactly(12);
  }
}
