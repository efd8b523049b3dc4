package dev.parley;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * Something of the machine that a test needs. Where it is missing the test is skipped and says why;
 * with the system property {@code parley.test.strict=true} it fails instead.
 */
final class Requirement {
  private Requirement() {}

  static void require(boolean present, String what) {
    if (!present && Boolean.getBoolean("parley.test.strict")) {
      fail("parley.test.strict is set and this machine has no " + what);
    }
    Assumptions.assumeTrue(present, () -> "skipped: this machine has no " + what);
  }

  /** Requires that {@code command} runs and ends with exit code 0 within ten seconds. */
  static void requireCommand(String... command) {
    require(runs(command), "working command \"" + String.join(" ", command) + "\"");
  }

  private static boolean runs(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
      } finally {
        process.destroyForcibly();
      }
    } catch (java.io.IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
