package dev.parley.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's commands and code, as they stand there. */
class ReadmeIT {
  private static final Path README = SourceTree.root().resolve("README.md");

  /** Where the README's node shows its console; a run of this test beside this one has it too. */
  private static final int CONSOLE_PORT = 7480;

  /** What each command has to print, in full, as a regular expression. */
  private static final Map<String, String> OUTCOMES =
      Map.ofEntries(
          Map.entry("demo", "(?s).*IDENTITY_MISMATCH.*bytes sealed.*"),
          Map.entry("id new", "z6Mk\\w{44}\\s*"),
          Map.entry("node", "\\s*"),
          Map.entry("send", "hello\\s*"),
          Map.entry("chat", "knock knock\\s*"),
          Map.entry("signal", "\\s*"),
          Map.entry("subscribe", "(?s)(\\{[^\\n]*\"1\"[^\\n]*|\\{[^\\n]*\\}\\n){3}\\s*"),
          Map.entry("send-file", "(?s).*"),
          Map.entry("bench", "(?s).*\\d+ answers in 2\\.\\d s.*latency.*"),
          Map.entry("top", "(?s).*LINKS.*"),
          Map.entry("ping", "(?s).*\\d ms, .*MLKEM768.*"),
          Map.entry("peers", "(?s).*z6Mk\\w{44}@127\\.0\\.0\\.1:\\d+.*"),
          Map.entry("resolve", "(?s).*127\\.0\\.0\\.1:\\d+.*"),
          Map.entry("explain", "(?s).*127\\.0\\.0\\.1:\\d+.*"),
          Map.entry("sim", "(?s).*put p50.*"));

  @Test
  void itsCommandsWorkFromTopToBottom(@TempDir Path scratch) throws Exception {
    List<Fence> blocks =
        Fence.of(README).stream().filter(f -> f.isRun() && f.language().equals("sh")).toList();
    Set<Path> before = rootFiles();
    awaitFree(CONSOLE_PORT);

    ShellSession session = ShellSession.run(blocks, scratch, Duration.ofMinutes(4));

    assertThat(session.ended().exitCode()).as(session.ended().toString()).isZero();
    Set<String> seen = new TreeSet<>();
    for (ShellSession.Step step : session.steps()) {
      if (step.command().startsWith("./parley ")) {
        String name = name(step.command());
        assertThat(OUTCOMES).as("what `%s` prints", step.command()).containsKey(name);
        assertThat(step.out()).as(step.command()).matches(OUTCOMES.get(name));
        seen.add(name);
      }
    }
    assertThat(seen).isEqualTo(new TreeSet<>(OUTCOMES.keySet()));
    assertThat(received(scratch)).hasSameTextualContentAs(README);
    assertThat(rootFiles()).as("nothing is left in the source tree").isEqualTo(before);
  }

  @Test
  void itsProgramPrintsWhatItSays(@TempDir Path scratch) throws Exception {
    List<Fence> programs =
        Fence.of(README).stream().filter(f -> f.isRun() && f.language().equals("java")).toList();
    assertThat(programs).isNotEmpty();
    for (Fence program : programs) {
      new JavaBlock(program, Jdk.current()).run(scratch);
    }
  }

  /** One sentence, code, guarantees and limits, commands, coordinates, three links. */
  @Test
  void itStaysShort() throws Exception {
    assertThat(Files.readAllLines(README)).hasSizeLessThanOrEqualTo(130);
  }

  private static void awaitFree(int port) throws Exception {
    for (int looks = 0; ; looks++) {
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        assertThat(socket.isBound()).isTrue();
        return;
      } catch (IOException e) {
        assertThat(looks).as("looks at port %d, which is in use", port).isLessThan(120);
        assertThat(new CountDownLatch(1).await(1, TimeUnit.SECONDS)).isFalse();
      }
    }
  }

  private static String name(String command) {
    List<String> words = List.of(command.split(" "));
    return words.get(1).equals("id") ? "id " + words.get(2) : words.get(1);
  }

  private static Path received(Path scratch) throws Exception {
    try (Stream<Path> files = Files.walk(scratch)) {
      return files.filter(f -> f.endsWith("README.md")).findFirst().orElseThrow();
    }
  }

  private static Set<Path> rootFiles() throws Exception {
    try (Stream<Path> files = Files.list(SourceTree.root())) {
      return files.collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
