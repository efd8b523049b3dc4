package dev.parley.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The archive of classes that the launcher makes in the background. */
class LauncherArchiveIT {
  private static Path tree;
  @TempDir Path temp;

  @BeforeAll
  static void build() throws Exception {
    // JDK 17 archives no class of a jar whose path has a space.
    tree = ClonedTree.built().resolveSibling("plain");
    String from = ClonedTree.built().toString();
    assertThat(Command.of("cp", "-a", from, tree.toString()).run().exitCode()).isZero();
  }

  static List<Jdk> jdks() {
    return Jdk.each();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void mapsNearlyAllClassesOnEachJdk(Jdk jdk) throws Exception {
    Command version = parley().and("--version").on(jdk);
    Command.Ended first = version.run();
    assertThat(first.exitCode()).as("%s", first).isZero();
    await("until ls cache/parley/*/classes.jsa; do sleep 0.2; done");
    Path key = keys().get(0);
    await("while ls '" + key + "' | grep -v '^classes.jsa$'; do sleep 0.2; done");

    assertThat(workDirectory()).isEmptyDirectory();
    assertThat(keys()).hasSize(1);
    double without = archivedShare(version.with("PARLEY_JAVA_ARCHIVE", "off"));
    assertThat(archivedShare(version)).isGreaterThan(0.8).isGreaterThan(without + 0.1);
  }

  @Test
  void triesOnceAndLeavesNothingWhereTheJvmCrashes() throws Exception {
    FakeJava java = FakeJava.thatCrashesAtDumps(temp.resolve("jdk"));
    Command version = parley().and("--version").with("JAVA_HOME", java.home().toString());
    Path out = Files.createFile(temp.resolve("out"));
    Process one = version.start(out, temp.resolve("err1"));
    Process two = version.start(temp.resolve("out2"), temp.resolve("err2"));
    assertThat(one.waitFor()).isZero();
    assertThat(two.waitFor()).isZero();
    await("until [ -f jdk/dumps ]; do sleep 0.1; done");
    await("while [ -n \"$(find cache -type f)\" ]; do sleep 0.1; done");

    assertThat(version.run().exitCode()).isZero();
    assertThat(java.dumps()).hasSize(1);
    assertThat(workDirectory()).isEmptyDirectory();
    assertThat(ClonedTree.files(temp.resolve("cache"))).isEmpty();
    assertThat(Files.readString(temp.resolve("err1"))).isEmpty();
  }

  @Test
  void goesOnWithoutAnArchiveThatIsDamaged() throws Exception {
    Command version = parley().and("--version");
    Command.Ended made = version.run();
    await("until ls cache/parley/*/classes.jsa; do sleep 0.2; done");
    Path archive = keys().get(0).resolve("classes.jsa");
    Files.delete(archive);
    Files.writeString(archive, "not an archive");
    Command.Ended ended = version.run();
    assertThat(ended.out()).as("%s", ended).isEqualTo(made.out());
    assertThat(ended.err()).isEmpty();
  }

  private Command parley() throws IOException {
    return ClonedTree.launcher(tree)
        .with("PARLEY_JAVA_ARCHIVE", "")
        .with("XDG_CACHE_HOME", temp.resolve("cache").toString())
        .in(workDirectory());
  }

  private Path workDirectory() throws IOException {
    return Files.createDirectories(temp.resolve("work"));
  }

  private List<Path> keys() throws IOException {
    try (Stream<Path> keys = Files.list(temp.resolve("cache/parley"))) {
      return keys.toList();
    }
  }

  private void await(String loop) throws Exception {
    Command waiting = Command.of("sh", "-c", loop).in(temp).within(Duration.ofSeconds(100));
    assertThat(waiting.run().exitCode()).isZero();
  }

  /** How many of the classes that a command loads come from an archive, the JDK's own included. */
  private double archivedShare(Command command) throws Exception {
    Path log = temp.resolve("loads");
    String option = "-Xlog:class+load:file=" + log;
    assertThat(command.with("PARLEY_JAVA_OPTIONS", option).run().exitCode()).isZero();
    List<String> loads = Files.readAllLines(log);
    long archived = loads.stream().filter(line -> line.contains("shared objects file")).count();
    return (double) archived / loads.size();
  }
}
