package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How commands end by Ctrl-C and SIGTERM. */
@Timeout(180)
class SignalIT {
  private static final Map<String, String> ENV = Map.of();

  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void aNodeDrainsAndEndsAsTheSignalSays(String signal, int exitCode) throws Exception {
    try (ChildParley node = ChildParley.start(dir, ENV, "node", "-q", "--echo")) {
      assertThat(node.line()).contains("@127.0.0.1:");
      node.signal(signal);
      assertThat(node.exitCode()).as("%s", node.err()).isEqualTo(exitCode);
      assertThat(node.err()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void aStreamEndsQuietlyAndThePeerIsTold(String signal, int exitCode) throws Exception {
    try (RunningNode node = RunningNode.start("--ticker", "tick");
        ChildParley subscribe = ChildParley.start(dir, "subscribe", node.peer(), "tick", "-t60s")) {
      assertThat(subscribe.line()).startsWith("{");
      subscribe.signal(signal);
      assertThat(subscribe.exitCode()).as("%s", subscribe.err()).isEqualTo(exitCode);
      assertThat(subscribe.err()).isEmpty();
    }
  }

  @Test
  void aSendThatWaitsEndsQuietly() throws Exception {
    String waits = "echo started >&2; exec sleep 50";
    try (ChildParley node = ChildParley.start(dir, "node", "--exec", waits)) {
      String peer = node.line();
      try (ChildParley send = ChildParley.start(dir, "send", peer, "x", "-t", "90s")) {
        RunningNode.await(() -> node.err().contains("started"));
        send.signal("INT");
        assertThat(send.exitCode()).as("%s", send.err()).isEqualTo(130);
        assertThat(send.err()).isEmpty();
      }
    }
  }
}
