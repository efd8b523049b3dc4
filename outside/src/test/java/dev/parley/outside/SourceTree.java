package dev.parley.outside;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the project's own files are. */
final class SourceTree {
  private SourceTree() {}

  /** The directory with the README. */
  static Path root() {
    Path here = Path.of("").toAbsolutePath();
    while (!Files.exists(here.resolve("PROTOCOL.md"))) {
      here = here.getParent();
      if (here == null) {
        throw new IllegalStateException("not within the source tree");
      }
    }
    return here;
  }
}
