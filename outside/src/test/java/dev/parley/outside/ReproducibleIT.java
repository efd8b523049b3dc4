package dev.parley.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is published comes out the same, byte for byte, from a copy of the tree that was compiled at
 * another time, and packaged in another directory, time zone and with other permissions.
 */
class ReproducibleIT {
  /** Compilers differ in which of these a switch takes. */
  private static final String ANONYMOUS = ".*\\$\\d+\\.class";

  @TempDir static Path temp;
  private static Path copy;

  static Stream<Published> artifacts() {
    return Published.jars().stream();
  }

  @BeforeAll
  static void packages() throws Exception {
    copy = temp.resolve("elsewhere, again");
    run(Command.of("cp", "-a", ClonedTree.built().toString(), copy.toString()));
    // The launcher does not compile what the command does not need.
    for (Published artifact : Published.jars()) {
      if (!Files.exists(in(copy, artifact.target()).resolve("classes"))) {
        Files.createDirectories(in(copy, artifact.target()));
        Path classes = artifact.target().resolve("classes");
        run(Command.of("cp", "-a", classes.toString(), in(copy, classes).toString()));
      }
    }
    run(
        Command.of("sh", "-c", "umask 077; find */target -name '*.jar' -delete; exec \"$@\"", "sh")
            .and("mvn", "-B", "-q", "--no-transfer-progress", "-o", "-pl", "dist,testkit", "-am")
            .and("-Dmaven.repo.local=" + Stranger.machineRepository())
            .and("-Dmaven.main.skip", "-Dmaven.test.skip", "-Dspotless.check.skip", "package")
            .in(copy)
            .on(Jdk.current())
            .with("TZ", "Pacific/Auckland")
            .with("LC_ALL", "C")
            .within(Duration.ofMinutes(5)));
  }

  @ParameterizedTest
  @MethodSource("artifacts")
  void aJarComesOutTheSame(Published artifact) throws Exception {
    Path here = artifact.jar();
    Path there = in(copy, here);
    boolean same = sameCompiler();
    assertThat(contents(there, same)).isEqualTo(contents(here, same));
    if (same) {
      assertThat(there).hasSameBinaryContentAs(here);
    }
  }

  @Test
  void theDistributionComesOutTheSame() throws Exception {
    Path here = Distribution.archive();
    Path there = Distribution.archiveIn(copy);
    assertThat(listing(there)).isEqualTo(listing(here));
    if (sameCompiler()) {
      assertThat(there).hasSameBinaryContentAs(here);
    }
  }

  /** A run on another JDK takes the classes that are there, where this tree was built before. */
  private static boolean sameCompiler() throws IOException {
    List<String> specs = new ArrayList<>();
    Path core = Published.of("parley-core").jar();
    for (Path jar : List.of(core, in(copy, core))) {
      try (JarFile file = new JarFile(jar.toFile())) {
        specs.add(file.getManifest().getMainAttributes().getValue("Build-Jdk-Spec"));
      }
    }
    assertThat(specs.get(1)).isEqualTo(Integer.toString(Jdk.current().feature()));
    return specs.get(0).equals(specs.get(1));
  }

  /** The names in a jar, in its order, with what tells of the time: a class may be another's. */
  private static List<String> contents(Path jar, boolean same) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream()
          .filter(e -> same || !e.getName().matches(ANONYMOUS))
          .map(e -> e.getName() + " " + e.getLastModifiedTime())
          .toList();
    }
  }

  /** Each line with permissions, owner, time and name, without the size. */
  private static String listing(Path archive) throws Exception {
    Command.Ended listed =
        Command.of("tar", "tvzf", archive.toString(), "--utc", "--full-time").run();
    return listed.out().replaceAll("(?m)^(\\S+ \\S+) +\\d+", "$1");
  }

  private static Path in(Path tree, Path file) {
    return tree.resolve(SourceTree.root().relativize(file).toString());
  }

  private static void run(Command command) throws Exception {
    Command.Ended ended = command.run();
    assertThat(ended.exitCode()).as("%s", ended).isZero();
  }
}
