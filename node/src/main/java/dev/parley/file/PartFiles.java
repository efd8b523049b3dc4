package dev.parley.file;

import dev.parley.AgentId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The unfinished files of an inbox. Blocks. */
final class PartFiles {
  private static final Pattern NAME = Pattern.compile("\\.parley-[0-9a-f]{32}\\.part");

  private final Path directory;
  private final Duration keep;
  private final int max;
  private final InstantSource clock;

  PartFiles(Path directory, FileOptions.Inbox limits, InstantSource clock) {
    this.directory = directory;
    this.keep = limits.keepParts();
    this.max = limits.maxParts();
    this.clock = clock;
  }

  /** Where an offered file is written to: the same for each attempt, and another for each agent. */
  static Path partOf(Path directory, FileOffer offer) {
    AgentId from = offer.from();
    String all = from + "\n" + offer.size() + "\n" + offer.name();
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(all.getBytes(StandardCharsets.UTF_8));
      return directory.resolve(".parley-" + FileWire.hex(digest).substring(0, 32) + ".part");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Deletes what is too old, and the oldest of what is too many; never one that is in use. */
  void clean(Set<Path> inUse) throws IOException {
    FileTime oldest = FileTime.from(clock.instant().minus(keep));
    List<Part> idle = new ArrayList<>();
    int parts = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, ".parley-*.part")) {
      for (Path file : files) {
        if (!NAME.matcher(file.getFileName().toString()).matches()) {
          continue;
        }
        parts++;
        if (!inUse.contains(file)) {
          idle.add(new Part(file, modified(file)));
        }
      }
    }
    idle.sort(Comparator.comparing(Part::modified));
    for (Part part : idle) {
      if (parts > max || part.modified().compareTo(oldest) < 0) {
        Files.deleteIfExists(part.file());
        parts--;
      }
    }
  }

  private static FileTime modified(Path file) {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .lastModifiedTime();
    } catch (IOException e) {
      return FileTime.fromMillis(0); // gone, or of no use
    }
  }

  private record Part(Path file, FileTime modified) {}
}
