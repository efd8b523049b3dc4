package dev.parley.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.file.TransferProgress;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  private static final long MIB = 1 << 20;

  @Test
  void tellsRateAndTimeLeft() {
    TransferProgress p = new TransferProgress(256 * MIB, 1024 * MIB, 8 * MIB, 0, false);

    assertThat(ProgressLine.text(p)).isEqualTo("25% 256.0 MiB of 1.0 GiB, 8.0 MiB/s, 1:36 left");
    assertThat(ProgressLine.bar(p, 8)).startsWith("[##------] 25% ");
  }

  @Test
  void tellsOnlyWhatIsKnown() {
    assertThat(ProgressLine.text(new TransferProgress(0, 10, 0, 0, false)))
        .isEqualTo("0% 0 B of 10 B");
    assertThat(ProgressLine.text(new TransferProgress(0, 0, 0, 0, true)))
        .isEqualTo("100% 0 B of 0 B");
  }

  @Test
  void tellsLongTimesAndResumes() {
    TransferProgress p = new TransferProgress(0, 10_000, 1, 2, false);

    assertThat(ProgressLine.text(p)).endsWith(", 1 B/s, 2:46:40 left, resumed 2 times");
  }
}
