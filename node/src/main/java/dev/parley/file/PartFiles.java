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
    List<Part> all = all();
    int parts = all.size();
    for (Part part : all) {
      if (!inUse.contains(part.file()) && (parts > max || part.modified().compareTo(oldest) < 0)) {
        Files.deleteIfExists(part.file());
        parts--;
      }
    }
  }

  /**
   * Deletes those that waited longest, until as many bytes are free as a new file lacks; none where
   * all of them together would not do, and never one that is in use.
   */
  void makeRoom(Set<Path> inUse, long bytes) throws IOException {
    List<Part> idle = all();
    idle.removeIf(part -> inUse.contains(part.file()));
    long left = bytes;
    if (idle.stream().mapToLong(Part::bytes).sum() < bytes) {
      return;
    }
    for (Part part : idle) {
      if (left > 0) {
        Files.deleteIfExists(part.file());
        left -= part.bytes();
      }
    }
  }

  /** All that are there, the one that was written to longest ago first. */
  private List<Part> all() throws IOException {
    List<Part> parts = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, ".parley-*.part")) {
      for (Path file : files) {
        if (NAME.matcher(file.getFileName().toString()).matches()) {
          parts.add(part(file));
        }
      }
    }
    parts.sort(Comparator.comparing(Part::modified));
    return parts;
  }

  private static Part part(Path file) {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return new Part(file, attributes.lastModifiedTime(), attributes.size());
    } catch (IOException e) {
      return new Part(file, FileTime.fromMillis(0), 0); // gone, or of no use
    }
  }

  private record Part(Path file, FileTime modified, long bytes) {}
}
