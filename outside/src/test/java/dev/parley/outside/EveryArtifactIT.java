package dev.parley.outside;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.RequiresTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.aether.artifact.Artifact;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A build that depends on one of our artifacts, each in turn, and knows no other version. */
@RequiresTool("mvn")
class EveryArtifactIT {
  /** Who uses these adds them; the classes that need them are no use otherwise. */
  private static final List<String> OPTIONAL =
      List.of("com/amazon/corretto/", "tools/jackson/", "reactor/blockhound/");

  private static final HighestWins GRADLE = new HighestWins();
  private static Path projects = Path.of("");

  static Stream<Published> artifacts() {
    return Published.jars().stream();
  }

  @BeforeAll
  static void resolvesWithMaven(@TempDir Path home) throws Exception {
    Stranger stranger = Stranger.in(home);
    projects = stranger.project("one-dependency");
    Path pom = projects.resolve("pom.xml");
    String one = Files.readString(pom);
    for (Published artifact : Published.jars()) {
      Path module = Files.createDirectories(projects.resolve(artifact.artifact()));
      Files.writeString(
          module.resolve("pom.xml"),
          one.replace("<artifact>parley-node<", "<artifact>" + artifact + "<")
              .replace(">one-dependency<", ">uses-" + artifact + "<"));
    }
    String modules =
        artifacts().map(a -> "<module>" + a + "</module>").collect(Collectors.joining());
    Files.writeString(
        pom,
        one.replace(
            "<properties>",
            "<packaging>pom</packaging><modules>" + modules + "</modules><properties>"));
    Command.Ended ended =
        stranger
            .maven(projects, Stranger.DEPENDENCY + "build-classpath")
            .and("-Dmdep.outputFile=target/classpath")
            .run();
    assertThat(ended.exitCode()).as("%s", ended).isZero();
  }

  @ParameterizedTest
  @MethodSource("artifacts")
  void hasOneVersionOfEachGroup(Published artifact) throws Exception {
    assertThat(Jars.mixedGroups(GRADLE.resolve(artifact))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("artifacts")
  void resolvesToTheSameJarsByMavenAndByGradle(Published artifact) throws Exception {
    Set<Artifact> highest = GRADLE.resolve(artifact);
    assertThat(Jars.names(maven(artifact))).isEqualTo(Jars.names(GRADLE.files(highest)));
  }

  @ParameterizedTest
  @MethodSource("artifacts")
  void loadsEachOfItsClasses(Published artifact) throws Exception {
    try (ClassPath path = ClassPath.of(maven(artifact))) {
      List<String> broken = new ArrayList<>(path.loadAll(artifact.jar()));
      broken.removeIf(problem -> OPTIONAL.stream().anyMatch(problem::contains));
      assertThat(broken).isEqualTo(Collections.emptyList());
    }
  }

  private static List<Path> maven(Published artifact) throws Exception {
    return Jars.read(projects.resolve(artifact.artifact()).resolve("target/classpath"));
  }
}
