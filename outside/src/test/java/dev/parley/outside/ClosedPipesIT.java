package dev.parley.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of commands of a clone whose reader has gone, or that may not write. */
class ClosedPipesIT {
  private static final int OUTPUT_CLOSED = 141;

  @TempDir static Path temp;
  private static Path tree;
  private static Process node;
  private static String peer = "";
  private static String console = "";

  @BeforeAll
  static void startNode() throws Exception {
    tree = ClonedTree.built();
    Path out = temp.resolve("node");
    node =
        ClonedTree.launcher(tree, "node", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0")
            .and("--echo", "--ticker", "tick", "-o", "json")
            .in(temp)
            .start(out, temp.resolve("log"));
    assertThat(bash("until [ -s node ]; do sleep 0.1; done").exitCode()).isZero();
    String line = Files.readString(out);
    peer = line.replaceFirst("(?s).*\"peers\":\\[\"([^\"]+)\".*", "$1");
    console = line.replaceFirst("(?s).*\"http\":\"([^\"]+)\".*", "$1");
  }

  @AfterAll
  static void theNodeNeverMindedIt() throws Exception {
    try {
      assertThat(bash("\"$TREE/parley\" send \"$PEER\" hello").out()).isEqualTo("hello");
      node.destroy();
      assertThat(node.waitFor(15, TimeUnit.SECONDS)).isTrue();
      assertThat(Files.readString(temp.resolve("log"))).doesNotContain("Exception", "WARN");
    } finally {
      node.destroyForcibly();
    }
  }

  /** Each would go on for a minute or more. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "subscribe \"$PEER\" tick -t 2m | head -1",
        "top --url \"$CONSOLE\" -o json | head -1",
        "ping \"$PEER\" -n 100000 -t 2m | head -1",
        "chat \"$PEER\" -t 2m < <(while echo hello; do sleep 0.1; done) | head -1"
      })
  void endsQuietlyWhenNobodyReadsOn(String command) throws Exception {
    Command.Ended ended = bash("\"$TREE/parley\" " + command + "; exit ${PIPESTATUS[0]}");
    assertThat(ended.exitCode()).as("%s", ended).isEqualTo(OUTPUT_CLOSED);
    assertThat(ended.out()).as("%s", ended).hasLineCount(1);
    assertThat(ended.err()).as("%s", ended).isEmpty();
    assertThat(ended.took()).isLessThan(Duration.ofSeconds(30));
  }

  /** It has one line at its end, and tells on the other stream how far it is. */
  @Test
  void aMeasurementSaysNothingOfItWhenNobodyReadsTheResult() throws Exception {
    Command.Ended ended =
        bash(
            "\"$TREE/parley\" bench \"$PEER\" --warm-up 1s --duration 1s | true;"
                + " exit ${PIPESTATUS[0]}");
    assertThat(ended.exitCode()).as("%s", ended).isEqualTo(OUTPUT_CLOSED);
    assertThat(ended.err().lines().filter(line -> !line.matches("parley: .* of 1 s: .*")))
        .as("%s", ended)
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"send \"$PEER\" hello", "--help"})
  void aShortAnswerIsNotMissedInSilence(String command) throws Exception {
    Command.Ended unread = bash("\"$TREE/parley\" " + command + " | true; exit ${PIPESTATUS[0]}");
    assertThat(unread.exitCode()).as("%s", unread).isEqualTo(OUTPUT_CLOSED);
    assertThat(unread.err()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/dev/full, No space left on device",
    "&-, Bad file descriptor",
  })
  void saysWhyItCannotWrite(String to, String why) throws Exception {
    Command.Ended ended = bash("\"$TREE/parley\" send \"$PEER\" hello >" + to);
    assertThat(ended.exitCode()).as("%s", ended).isEqualTo(1);
    assertThat(ended.err()).contains("cannot write standard output: " + why).hasLineCount(1);
  }

  /** It has told its address, which is all that it writes. */
  @Test
  void aNodeGoesOnServingWhenItsAddressHasBeenRead() throws Exception {
    Command.Ended ended =
        bash(
            """
            "$TREE/parley" node --listen 127.0.0.1:0 --echo 2>errors > >(head -1 >address) &
            until [ -s address ]; do sleep 0.1; done
            "$TREE/parley" send "$(cat address)" hello && kill -TERM $!
            wait $!
            """);
    assertThat(ended.exitCode()).as("%s", ended).isEqualTo(143);
    assertThat(ended.out()).isEqualTo("hello");
    assertThat(Files.readString(temp.resolve("errors"))).hasLineCount(1).contains("no --identity");
  }

  private static Command.Ended bash(String script) throws Exception {
    return Command.of("bash", "-c", script)
        .with("PARLEY_JAVA_ARCHIVE", "off")
        .with("TREE", tree.toString())
        .with("PEER", peer)
        .with("CONSOLE", console)
        .within(Duration.ofMinutes(1))
        .in(temp)
        .run();
  }
}
