package dev.parley.outside;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.RequiresTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A stranger's project whose pom has one dependency, {@code parley-node}, built by Maven and run.
 */
@RequiresTool("mvn")
class OneDependencyIT {
  private static final long MAX_BYTES = 20_000_000;
  private static final int MAX_LINES = 15;

  private static Path project = Path.of("");
  private static List<Path> jars = List.of();

  @BeforeAll
  static void builds(@TempDir Path home) throws Exception {
    Stranger stranger = Stranger.in(home);
    project = stranger.project("one-dependency");
    Command.Ended built =
        stranger
            .maven(project, "compile", Stranger.DEPENDENCY + "build-classpath")
            .and("-Dmdep.outputFile=target/classpath")
            .run();
    assertThat(built.exitCode()).as("%s", built).isZero();
    jars = Jars.read(project.resolve("target/classpath"));
  }

  @Test
  void sendsAMessage() throws Exception {
    Command.Ended ended = java(Jdk.current(), "Hello").run();
    assertThat(ended.out()).as("%s", ended).isEqualTo("hello, world\n");
    assertThat(ended.exitCode()).isZero();
  }

  @Test
  void needsFewLines() throws IOException {
    List<String> source =
        Files.readAllLines(project.resolve("src/main/java/Hello.java")).stream()
            .filter(line -> !line.isBlank() && !line.startsWith("import "))
            .toList();
    assertThat(source).hasSizeLessThanOrEqualTo(MAX_LINES);
  }

  @Test
  void reachesPeersOverTcpWebSocketAndByName() throws Exception {
    Command.Ended ended = program(Jdk.current(), "EveryWay").run();
    assertThat(ended.out().lines())
        .as("%s", ended)
        .containsExactly(
            "tcp: hello, world",
            "tcp: [1, 2, 3]",
            "ws: hello, world",
            "ws: [1, 2, 3]",
            "tcp by name: hello, world",
            "tcp by name: [1, 2, 3]");
  }

  @Test
  void endsWhenTheNodeIsClosed() throws Exception {
    Command.Ended ended = program(Jdk.current(), "Stays").within(Duration.ofMinutes(1)).run();
    assertThat(ended.out()).as("%s", ended).isEqualTo("up\nclosed\n");
    assertThat(ended.exitCode()).isZero();
  }

  @Test
  void answersOnVirtualThreads() throws Exception {
    Jdk jdk = RequiredJdk.atLeast(21);
    Command.Ended ended = program(jdk, "VirtualThreads").run();
    assertThat(ended.out()).as("%s", ended).isEqualTo("100 answers from virtual threads\n");
  }

  @Test
  void getsNoMoreThanItUses() throws IOException {
    assertThat(Jars.bytes(jars)).as("bytes of %s", Jars.names(jars)).isLessThan(MAX_BYTES);
    assertThat(Jars.names(jars))
        .noneMatch(name -> name.contains("quic") || name.contains("http3"))
        .noneMatch(name -> name.contains("socks") || name.contains("proxy"))
        .noneMatch(name -> name.contains("Corretto"))
        .noneMatch(name -> name.contains("parley-testkit") || name.contains("jackson"));
  }

  private static Command java(Jdk jdk, String... mainAndArguments) {
    String path = project.resolve("target/classes") + java.io.File.pathSeparator;
    return Command.of(jdk.home().resolve("bin/java").toString())
        .and(jdk.flags())
        .and("-cp", path + Jars.joined(jars))
        .and(mainAndArguments)
        .in(project);
  }

  /** Runs one of {@code outside/projects/programs} from its source. */
  private static Command program(Jdk jdk, String name) {
    Path source = SourceTree.root().resolve("outside/projects/programs/" + name + ".java");
    return java(jdk, source.toString());
  }
}
