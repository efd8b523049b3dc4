package dev.parley.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A copy of the source tree with a release's version and the classes that are compiled already, to
 * package and deploy without touching what this build is made of.
 */
final class ReleaseCopy {
  static final String VERSION = "0.1.0";

  private final Path root;

  private ReleaseCopy(Path root) {
    this.root = root;
  }

  static ReleaseCopy in(Path root) throws IOException {
    Path source = SourceTree.root();
    try (Stream<Path> directories = Files.list(source)) {
      for (Path directory : directories.filter(d -> Files.exists(d.resolve("pom.xml"))).toList()) {
        Path copy = Files.createDirectories(root.resolve(source.relativize(directory)));
        pom(directory, copy);
        tree(directory.resolve("src/main"), copy.resolve("src/main"));
        tree(directory.resolve("target/classes"), copy.resolve("target/classes"));
      }
    }
    pom(source, root);
    tree(source.resolve(".mvn"), root.resolve(".mvn"));
    return new ReleaseCopy(root);
  }

  private static void pom(Path from, Path to) throws IOException {
    String pom = Files.readString(from.resolve("pom.xml"));
    Files.writeString(to.resolve("pom.xml"), pom.replace(Published.version(), VERSION));
  }

  private static void tree(Path from, Path to) throws IOException {
    if (!Files.exists(from)) {
      return;
    }
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }

  /** Maven on what is published, with classes as they are and without tests. */
  Command maven(String... words) {
    String modules =
        Stream.concat(Stream.of(Published.bom()), Published.jars().stream())
            .map(Published::directory)
            .collect(Collectors.joining(","));
    return mavenFor(".," + modules, words);
  }

  /** The same, for one module. */
  Command maven(Published only, String... words) {
    return mavenFor(only.directory(), words);
  }

  private Command mavenFor(String modules, String... words) {
    return Command.of("mvn", "-B", "-q", "--no-transfer-progress", "-pl", modules)
        .and("-Dmaven.repo.local=" + Stranger.machineRepository())
        .and("-Dmaven.main.skip", "-Dmaven.test.skip", "-Dspotless.check.skip")
        .and(words)
        .in(root)
        .on(Jdk.current())
        .within(Duration.ofMinutes(15));
  }

  static void succeeded(Command.Ended ended) {
    assertThat(ended.exitCode()).as("%s", ended).isZero();
  }
}
