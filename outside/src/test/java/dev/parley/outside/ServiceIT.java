package dev.parley.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guide's program that runs until it is told to stop, as a process. */
class ServiceIT {
  @Test
  void runsUntilItIsToldToStop(@TempDir Path scratch) throws Exception {
    Path out = scratch.resolve("out");
    Process service =
        Command.of(
                Jdk.current().home().resolve("bin/java").toString(),
                "-cp",
                "examples/target/classes:examples/target/lib/*",
                "dev.parley.examples.Service",
                scratch.resolve("key.pem").toString())
            .in(SourceTree.root())
            .start(out, scratch.resolve("err"));
    try {
      String address = firstLine(service, out);
      Command.Ended sent =
          Command.of("./parley", "send", "--network", "auction-house", address, "hello")
              .in(SourceTree.root())
              .on(Jdk.current())
              .within(Duration.ofMinutes(1))
              .run();
      assertThat(sent.out()).as(sent.toString()).isEqualTo("you said hello");
      assertThat(service.isAlive()).isTrue();

      service.destroy(); // SIGTERM

      assertThat(service.waitFor(20, TimeUnit.SECONDS)).as("it drains and ends").isTrue();
    } finally {
      service.destroyForcibly().waitFor();
    }
  }

  private static String firstLine(Process process, Path out) throws Exception {
    for (int looks = 0; looks < 600; looks++) {
      String text = Files.readString(out);
      if (text.endsWith("\n")) {
        return text.strip();
      }
      if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
        break;
      }
    }
    return fail("it has not told its address");
  }
}
