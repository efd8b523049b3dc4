package dev.parley.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The archive that the module {@code dist} has packed, and what it unpacks to. */
final class Distribution {
  private Distribution() {}

  static Path archive() throws IOException {
    return archiveIn(SourceTree.root());
  }

  /** The archive that a tree has packed. */
  static Path archiveIn(Path tree) throws IOException {
    Path target = tree.resolve("dist/target");
    assertThat(target).as("the module dist has been packaged").exists();
    try (Stream<Path> files = Files.list(target)) {
      return files.filter(file -> file.toString().endsWith(".tar.gz")).findFirst().orElseThrow();
    }
  }

  /** Unpacks it below a directory, where nobody may write to it, and tells where it is. */
  static Path unpacked(Path directory) throws IOException, InterruptedException {
    Files.createDirectories(directory);
    succeeded(Command.of("tar", "xzf", archive().toString(), "-C", directory.toString()));
    Path home;
    try (Stream<Path> entries = Files.list(directory)) {
      home = entries.findFirst().orElseThrow();
    }
    succeeded(Command.of("chmod", "-R", "a-w", home.toString()));
    return home;
  }

  /** The names of its libraries. */
  static List<String> jars(Path home) throws IOException {
    try (Stream<Path> files = Files.list(home.resolve("lib"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static void succeeded(Command command) throws IOException, InterruptedException {
    Command.Ended ended = command.run();
    assertThat(ended.exitCode()).as("%s", ended).isZero();
  }
}
