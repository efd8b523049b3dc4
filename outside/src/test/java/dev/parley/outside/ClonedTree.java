package dev.parley.outside;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The source tree as a fresh clone has it, in a directory whose name has a space. */
final class ClonedTree {
  private static Path built;
  private static String failure = "";

  private ClonedTree() {}

  /** A copy of what is in version control or would be added to it, not built. */
  static Path copy() throws IOException, InterruptedException {
    Path top = Files.createTempDirectory("parley-clone");
    // Other users run it as well.
    Files.setPosixFilePermissions(top, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path tree = Files.createDirectory(top.resolve("a tree"));
    Path root = SourceTree.root();
    String names = Command.of("git", "ls-files", "-co", "--exclude-standard").in(root).run().out();
    for (String name : names.split("\n")) {
      if (Files.isRegularFile(root.resolve(name))) {
        Files.createDirectories(tree.resolve(name).getParent());
        Files.copy(root.resolve(name), tree.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    return tree;
  }

  /** A copy that its launcher has built; one for all tests, which leave it as it is. */
  static synchronized Path built() throws IOException, InterruptedException {
    if (!failure.isEmpty()) {
      throw new AssertionError(failure);
    }
    if (built == null) {
      failure = "the clone has not built";
      Path tree = copy();
      Command.Ended ended = launcher(tree, "--version").within(Duration.ofMinutes(5)).run();
      if (ended.exitCode() != 0 || !ended.err().contains("Building")) {
        failure = "the clone does not build: " + ended;
        throw new AssertionError(failure);
      }
      failure = "";
      built = tree;
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(tree.getParent())));
    }
    return built;
  }

  /** The launcher of a tree, which resolves nothing from elsewhere and makes no archive. */
  static Command launcher(Path tree, String... words) {
    String repository = System.getProperty("parley.outside.repository");
    return Command.of(tree.resolve("parley").toString())
        .and(words)
        .with("PARLEY_JAVA_ARCHIVE", "off")
        .with(
            "PARLEY_MAVEN_OPTIONS",
            repository == null ? "-o" : "-o -Dmaven.repo.local=" + repository);
  }

  /** The names of all files below a directory, without those that a build may write. */
  static List<String> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> directory.relativize(file).toString())
          .filter(name -> !name.contains("target/"))
          .sorted()
          .toList();
    }
  }

  static void delete(Path directory) {
    try {
      Command.Ended unused = Command.of("rm", "-rf", directory.toString()).run();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
