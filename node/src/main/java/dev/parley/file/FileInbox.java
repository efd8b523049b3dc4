package dev.parley.file;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Where files of other agents go, and which are taken. An immutable value; every setter returns a
 * copy. How many and how large they may be is in {@link FileOptions}.
 *
 * <p>A file is written to {@code .parley-(32 hexadecimal digits).part} in the directory, and gets
 * its name when it is whole and its checksum right. What a broken transfer leaves behind serves to
 * resume it, and is deleted when it is too old or there are too many.
 */
public final class FileInbox {
  private final Path directory;
  private final Predicate<FileOffer> accept;
  private final Consumer<ReceivedFile> onReceived;

  private FileInbox(
      Path directory, Predicate<FileOffer> accept, Consumer<ReceivedFile> onReceived) {
    this.directory = Objects.requireNonNull(directory, "directory");
    this.accept = Objects.requireNonNull(accept, "accept");
    this.onReceived = Objects.requireNonNull(onReceived, "onReceived");
  }

  /** Files go to this directory, from any agent. */
  public static FileInbox into(Path directory) {
    return new FileInbox(directory, offer -> true, file -> {});
  }

  /**
   * A copy that takes only files for which {@code value} is true; others are REJECTED at the
   * sender. It is asked before anything is taken, on a thread that may block, and again when a
   * transfer resumes.
   */
  public FileInbox accept(Predicate<FileOffer> value) {
    return new FileInbox(directory, value, onReceived);
  }

  /**
   * A copy that tells {@code value} of each file that came, once, on a thread that may block; what
   * it throws is logged at debug, and the file stays.
   */
  public FileInbox onReceived(Consumer<ReceivedFile> value) {
    return new FileInbox(directory, accept, value);
  }

  /** Where files go. */
  public Path directory() {
    return directory;
  }

  /**
   * This inbox, if files can be written to its directory now. Asks the file system.
   *
   * @throws IllegalArgumentException naming the directory, if they cannot
   */
  public FileInbox requireWritable() {
    if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
      throw new IllegalArgumentException(
          "inbox is " + directory + ", must be a directory that can be written to");
    }
    return this;
  }

  Predicate<FileOffer> accept() {
    return accept;
  }

  Consumer<ReceivedFile> onReceived() {
    return onReceived;
  }
}
