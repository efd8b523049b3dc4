package dev.parley.node.state;

import static dev.parley.node.state.StateProcess.STORED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.spi.StateStoreException.Reason;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.scheduler.Schedulers;

/** A file that another process has, and one whose process was killed. */
@Timeout(120)
class TwoProcessesIT {
  private static final int KILLS = 5;

  @TempDir private Path dir;

  private FileStateStore store() {
    return FileStateStore.builder(dir.resolve("bob.state"), Schedulers.immediate(), Ask.RANDOM)
        .build();
  }

  private Process start() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            StateProcess.class.getName(),
            dir.resolve("bob.state").toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  @Test
  void isRefusedWhileAnotherProcessHasItAndWholeWhenThatIsKilled() throws Exception {
    for (int kill = 1; kill <= KILLS; kill++) {
      Process process = start();
      try (BufferedReader out = process.inputReader()) {
        int stored = numbers(out, 60 + 17 * kill);
        Ask.assertFails(store().load(), Reason.IN_USE);

        process.toHandle().destroyForcibly(); // which leaves its output to be read
        stored = Math.max(stored, rest(out, stored));
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();

        FileStateStore store = store();
        List<String> records = Ask.records(store);
        Ask.close(store);
        assertThat(records).hasSizeBetween(stored, stored + 1);
        assertThat(records)
            .containsExactlyElementsOf(
                IntStream.rangeClosed(1, records.size()).mapToObj(Integer::toString).toList());
      } finally {
        process.destroyForcibly();
      }
    }
  }

  /** Reads until the process has stored so many. */
  private static int numbers(BufferedReader out, int count) throws IOException {
    int last = 0;
    while (last < count) {
      String line = out.readLine();
      assertThat(line).as("the process prints on").isNotNull();
      last = Math.max(last, number(line));
    }
    return last;
  }

  /** What it had printed before it was killed. */
  private static int rest(BufferedReader out, int last) throws IOException {
    int max = last;
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      max = Math.max(max, number(line));
    }
    return max;
  }

  /** 0 for another line; a last line that is cut gives a smaller number. */
  private static int number(String line) {
    String digits = line.startsWith(STORED) ? line.substring(STORED.length()) : "";
    return digits.isEmpty() ? 0 : Integer.parseInt(digits);
  }
}
