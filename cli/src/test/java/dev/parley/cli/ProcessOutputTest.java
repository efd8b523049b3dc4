package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.cli.output.Console;
import dev.parley.cli.output.ExitCode;
import dev.parley.cli.output.OutputClosed;
import dev.parley.cli.output.ProcessOutput;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProcessOutputTest {
  private static final OutputStream BROKEN =
      new OutputStream() {
        @Override
        public void write(int b) throws IOException {
          throw new IOException("words of the operating system");
        }
      };

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /** A device that does not exist is taken for a pipe, whose reader has gone. */
  @Test
  void everyCommandEndsQuietlyWhenNobodyReads() {
    for (String[] args : new String[][] {{"--version"}, {"help"}, {"completion", "fish"}}) {
      assertThat(run(Path.of("/no/such/device"), args)).isEqualTo(ExitCode.OUTPUT_CLOSED);
      assertThat(err.size()).isZero();
    }
  }

  @Test
  void aFullDiskIsAFailureWithAReason() {
    assertThat(run(Path.of("/dev/full"), "help")).isEqualTo(ExitCode.FAILURE);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo("parley: cannot write standard output: words of the operating system\n");
  }

  @Test
  void everyWriteFailsOnceOneHas() {
    ProcessOutput out = new ProcessOutput(BROKEN, Path.of("/no/such/device"));

    for (int i = 0; i < 2; i++) {
      assertThatExceptionOfType(OutputClosed.class).isThrownBy(() -> out.write(1));
    }
  }

  private int run(Path device, String... args) {
    PrintStream out =
        new PrintStream(new ProcessOutput(BROKEN, device), true, StandardCharsets.UTF_8);
    Console console =
        new Console(
            new ByteArrayInputStream(new byte[0]),
            out,
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return ParleyCommand.run(List.of(args), Map.of(), console);
  }
}
