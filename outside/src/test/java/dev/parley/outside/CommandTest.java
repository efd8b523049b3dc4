package dev.parley.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandTest {
  @Test
  void tellsExitCodeAndBothOutputs(@TempDir Path directory) throws Exception {
    Command.Ended ended =
        Command.of("sh", "-c", "pwd; echo \"$COLOUR\" >&2; exit 3")
            .in(directory)
            .with("COLOUR", "red")
            .run();
    assertThat(ended.exitCode()).isEqualTo(3);
    assertThat(ended.out()).isEqualTo(directory.toRealPath() + "\n");
    assertThat(ended.err()).isEqualTo("red\n");
  }

  @Test
  void killsWhatDoesNotEnd() {
    Command forever = Command.of("sleep", "60").within(Duration.ofMillis(200));
    assertThatThrownBy(forever::run).isInstanceOf(AssertionError.class);
  }

  @Test
  void findsTheRunningJdkFirst() {
    assertThat(Jdk.all().get(0)).isEqualTo(Jdk.current());
    assertThat(Files.exists(SourceTree.root().resolve("README.md"))).isTrue();
  }
}
