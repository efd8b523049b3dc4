package dev.parley.outside;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Somebody who has never built Parley: a local repository that starts empty, a repository with our
 * artifacts as they would be published, and no other settings. What others have published comes
 * from this machine's local repository where it is there, and from Maven Central otherwise.
 */
final class Stranger {
  /** The plugin that lists what was resolved; our build uses the same one. */
  static final String DEPENDENCY = "org.apache.maven.plugins:maven-dependency-plugin:3.11.0:";

  private final Path home;
  private final Path settings;

  private Stranger(Path home, Path settings) {
    this.home = home;
    this.settings = settings;
  }

  /** Makes the repository with our artifacts below the directory, which must be empty. */
  static Stranger in(Path home) throws Exception {
    HighestWins machine = new HighestWins();
    for (Published published : Published.jars()) {
      // Brings what this machine's repository lacks, so that it can stand in for Maven Central.
      machine.resolve(published);
      publish(home, published, ".pom", published.pom());
      publish(home, published, ".jar", published.jar());
    }
    publish(home, Published.bom(), ".pom", Published.bom().pom());
    Path settings = home.resolve("settings.xml");
    Files.writeString(settings, settings(home.resolve("published"), machineRepository()));
    return new Stranger(home, settings);
  }

  /** This machine's own local repository, which the build of this tree has filled. */
  static Path machineRepository() {
    return Path.of(System.getProperty("parley.outside.repository"));
  }

  private static void publish(Path home, Published published, String suffix, Path file)
      throws IOException {
    String version = Published.version();
    Path directory =
        home.resolve("published")
            .resolve(Published.GROUP.replace('.', '/'))
            .resolve(published.artifact())
            .resolve(version);
    Files.createDirectories(directory);
    Files.copy(file, directory.resolve(published.artifact() + "-" + version + suffix));
  }

  /** Copies one of {@code outside/projects} to where nothing above it belongs to us. */
  Path project(String name) throws IOException {
    Path source = SourceTree.root().resolve("outside/projects").resolve(name);
    Path copy = home.resolve(name);
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.sorted(Comparator.naturalOrder()).toList()) {
        Path to = copy.resolve(source.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(to);
        } else {
          Files.copy(file, to);
        }
      }
    }
    return copy;
  }

  /** Maven in a project, on the JDK that runs this test. */
  Command maven(Path project, String... goals) throws IOException {
    return Command.of("mvn", "-B", "-q", "--no-transfer-progress", "-s", settings.toString())
        .and("-Dmaven.repo.local=" + home.resolve("repository"))
        .and("-Dparley.version=" + Published.version())
        .and(goals)
        .in(project)
        .on(Jdk.current())
        .within(Duration.ofMinutes(4));
  }

  private static String settings(Path published, Path machine) {
    String repositories =
        repository("published", published, true, "repository")
            + repository("machine", machine, false, "repository");
    return """
    <settings>
      <profiles><profile>
        <id>stranger</id>
        <repositories>%s</repositories>
        <pluginRepositories>%s</pluginRepositories>
      </profile></profiles>
      <activeProfiles><activeProfile>stranger</activeProfile></activeProfiles>
    </settings>
    """
        .formatted(repositories, repository("machine", machine, false, "pluginRepository"));
  }

  private static String repository(String id, Path path, boolean snapshots, String element) {
    return """
    <%4$s>
      <id>%1$s</id><url>%2$s</url>
      <releases><checksumPolicy>ignore</checksumPolicy></releases>
      <snapshots><enabled>%3$s</enabled><checksumPolicy>ignore</checksumPolicy></snapshots>
    </%4$s>
    """
        .formatted(id, path.toUri(), snapshots, element);
  }
}
