package dev.parley.cli.options;

import dev.parley.cli.output.CliException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;

/** Reads the small files that options name, with one kind of complaint. */
final class SmallFile {
  private SmallFile() {}

  /**
   * The content of a file.
   *
   * @param what what the file is for, as the complaint says
   * @throws CliException if it cannot be read, or has more than {@code maxBytes}
   */
  static byte[] read(Path path, int maxBytes, String what) {
    byte[] content;
    try (InputStream in = Files.newInputStream(path)) {
      content = in.readNBytes(maxBytes + 1);
    } catch (IOException e) {
      throw CliException.usage("cannot read the " + what + " file " + path + ": " + why(path, e));
    }
    if (content.length > maxBytes) {
      throw CliException.usage(
          what + " file " + path + " is over " + maxBytes + " bytes, too large to be one");
    }
    return content;
  }

  private static String why(Path path, IOException e) {
    if (e instanceof NoSuchFileException) {
      return "there is no such file";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    return Files.isDirectory(path)
        ? "it is a directory"
        : Objects.toString(e.getMessage(), e.getClass().getSimpleName());
  }
}
