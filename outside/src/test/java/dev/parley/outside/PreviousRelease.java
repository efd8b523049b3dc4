package dev.parley.outside;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A jar that stands in the local repository as the release before, until it is closed. */
record PreviousRelease(Path directory, String version) implements AutoCloseable {
  static PreviousRelease of(Published artifact, Path jar) throws IOException {
    String version = "0.0.0-outside-" + ProcessHandle.current().pid();
    String name = artifact.artifact();
    Path directory =
        Stranger.machineRepository()
            .resolve(Published.GROUP.replace('.', '/'))
            .resolve(name)
            .resolve(version);
    Files.createDirectories(directory);
    Files.copy(jar, directory.resolve(name + "-" + version + ".jar"));
    Files.writeString(
        directory.resolve(name + "-" + version + ".pom"),
        """
        <project>
          <modelVersion>4.0.0</modelVersion>
          <groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version>
        </project>
        """
            .formatted(Published.GROUP, name, version));
    return new PreviousRelease(directory, version);
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
