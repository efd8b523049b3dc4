package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cli.output.ExitCode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of commands behind {@code | head -1}. */
@Timeout(180)
class ClosedOutputIT {
  @TempDir Path dir;

  @Test
  void aStreamEndsQuietlyWhenNobodyReadsItsItems() throws Exception {
    try (RunningNode node = RunningNode.start("--ticker", "tick")) {
      endsQuietly("subscribe", node.peer(), "tick", "-t", "60s");
    }
  }

  @Test
  void aChatEndsQuietlyWhenNobodyReadsItsAnswers() throws Exception {
    try (RunningNode node = RunningNode.start("--echo");
        ChildParley chat = ChildParley.start(dir, "chat", node.peer(), "-t", "60s")) {
      chat.input("one\n");
      assertThat(chat.line()).isEqualTo("one");
      chat.closeOutput();
      chat.input("two\n");
      assertThat(chat.exitCode()).as(chat.err()).isEqualTo(ExitCode.OUTPUT_CLOSED);
      assertThat(chat.err()).isEmpty();
    }
  }

  @Test
  void topEndsQuietly() throws Exception {
    try (ChildParley node = ChildParley.start(dir, "node", "--http=127.0.0.1:0", "-o", "json")) {
      String url = node.line().replaceFirst(".*\"http\":\"([^\"]*)\".*", "$1");
      endsQuietly("top", "--url", url, "-o", "json");
    }
  }

  @Test
  void pingsEndQuietly() throws Exception {
    try (RunningNode node = RunningNode.start()) {
      endsQuietly("ping", node.peer(), "-n", "100000", "-o", "json", "-t", "60s");
    }
  }

  private void endsQuietly(String... args) throws Exception {
    try (ChildParley child = ChildParley.start(dir, args)) {
      assertThat(child.line()).startsWith("{");
      child.closeOutput();
      assertThat(child.exitCode()).as(child.err()).isEqualTo(ExitCode.OUTPUT_CLOSED);
      assertThat(child.err()).isEmpty();
    }
  }
}
