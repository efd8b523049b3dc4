package dev.parley.file;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Where files of other agents go, which are taken, and how many. An immutable value; every setter
 * returns a copy.
 *
 * <p>A file is written to {@code .parley-(32 hexadecimal digits).part} in the directory, and gets
 * its name when it is whole and its checksum right. What a broken transfer leaves behind serves to
 * resume it, and is deleted when it is too old or there are too many.
 */
public final class FileInbox {
  /** The largest file that is taken unless told otherwise: 16 GiB. */
  public static final long DEFAULT_MAX_BYTES = 16L << 30;

  /** How many files are received at a time unless told otherwise: 8. */
  public static final int DEFAULT_MAX_TRANSFERS = 8;

  /** How many unfinished files are kept unless told otherwise: 64. */
  public static final int DEFAULT_MAX_PARTS = 64;

  /** How long an unfinished file is kept unless told otherwise: 24 hours. */
  public static final Duration DEFAULT_KEEP_PARTS = Duration.ofHours(24);

  /** How long nothing may come unless told otherwise: 2 minutes. */
  public static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofMinutes(2);

  private static final int MOST = 65_536;

  private final Path directory;
  private final Predicate<FileOffer> accept;
  private final Consumer<ReceivedFile> onReceived;
  private final boolean overwrite;
  private final long maxBytes;
  private final int maxTransfers;
  private final int maxParts;
  private final Duration keepParts;
  private final Duration idleTimeout;

  private FileInbox(
      Path directory,
      Predicate<FileOffer> accept,
      Consumer<ReceivedFile> onReceived,
      boolean overwrite,
      long maxBytes,
      int maxTransfers,
      int maxParts,
      Duration keepParts,
      Duration idleTimeout) {
    this.directory = directory;
    this.accept = accept;
    this.onReceived = onReceived;
    this.overwrite = overwrite;
    this.maxBytes = maxBytes;
    this.maxTransfers = maxTransfers;
    this.maxParts = maxParts;
    this.keepParts = keepParts;
    this.idleTimeout = idleTimeout;
  }

  /** Files go to this directory, from any agent, within the default limits; none is overwritten. */
  public static FileInbox into(Path directory) {
    return new FileInbox(
        Objects.requireNonNull(directory, "directory"),
        offer -> true,
        file -> {},
        false,
        DEFAULT_MAX_BYTES,
        DEFAULT_MAX_TRANSFERS,
        DEFAULT_MAX_PARTS,
        DEFAULT_KEEP_PARTS,
        DEFAULT_IDLE_TIMEOUT);
  }

  /**
   * A copy that takes only files for which {@code value} is true; others are REJECTED at the
   * sender. It is asked before anything is taken, on a thread that may block, and again when a
   * transfer resumes.
   */
  public FileInbox accept(Predicate<FileOffer> value) {
    Objects.requireNonNull(value, "accept");
    return new FileInbox(
        directory,
        value,
        onReceived,
        overwrite,
        maxBytes,
        maxTransfers,
        maxParts,
        keepParts,
        idleTimeout);
  }

  /**
   * A copy that tells {@code value} of each file that came, once, on a thread that may block; what
   * it throws is logged at debug, and the file stays.
   */
  public FileInbox onReceived(Consumer<ReceivedFile> value) {
    Objects.requireNonNull(value, "onReceived");
    return new FileInbox(
        directory,
        accept,
        value,
        overwrite,
        maxBytes,
        maxTransfers,
        maxParts,
        keepParts,
        idleTimeout);
  }

  /** A copy that replaces a file of the same name, at once and whole; default is to refuse. */
  public FileInbox overwrite(boolean value) {
    return new FileInbox(
        directory,
        accept,
        onReceived,
        value,
        maxBytes,
        maxTransfers,
        maxParts,
        keepParts,
        idleTimeout);
  }

  /** A copy that refuses larger files: 0 or more, default 16 GiB. */
  public FileInbox maxBytes(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("maxBytes is " + value + ", must be 0 or more");
    }
    return new FileInbox(
        directory,
        accept,
        onReceived,
        overwrite,
        value,
        maxTransfers,
        maxParts,
        keepParts,
        idleTimeout);
  }

  /** A copy with this many files at a time: 1 to 65,536, default 8; one more is OVERLOADED. */
  public FileInbox maxTransfers(int value) {
    return new FileInbox(
        directory,
        accept,
        onReceived,
        overwrite,
        maxBytes,
        checked("maxTransfers", value),
        maxParts,
        keepParts,
        idleTimeout);
  }

  /**
   * A copy that keeps this many unfinished files: 1 to 65,536, default 64. Where there are more,
   * those that waited longest are deleted, though none that is being received.
   */
  public FileInbox maxParts(int value) {
    return new FileInbox(
        directory,
        accept,
        onReceived,
        overwrite,
        maxBytes,
        maxTransfers,
        checked("maxParts", value),
        keepParts,
        idleTimeout);
  }

  /** A copy that keeps unfinished files for this long: 1 ms to 30 days, default 24 hours. */
  public FileInbox keepParts(Duration value) {
    return new FileInbox(
        directory,
        accept,
        onReceived,
        overwrite,
        maxBytes,
        maxTransfers,
        maxParts,
        SendFileOptions.checked("keepParts", value),
        idleTimeout);
  }

  /**
   * A copy that ends a transfer when nothing has come for this long: 1 ms to 30 days, default 2
   * minutes. A sender that resumes reads what it sent before, and that takes time too.
   */
  public FileInbox idleTimeout(Duration value) {
    return new FileInbox(
        directory,
        accept,
        onReceived,
        overwrite,
        maxBytes,
        maxTransfers,
        maxParts,
        keepParts,
        SendFileOptions.checked("idleTimeout", value));
  }

  private static int checked(String name, int value) {
    if (value < 1 || value > MOST) {
      throw new IllegalArgumentException(name + " is " + value + ", must be 1.." + MOST);
    }
    return value;
  }

  /** Where files go. */
  public Path directory() {
    return directory;
  }

  Predicate<FileOffer> accept() {
    return accept;
  }

  Consumer<ReceivedFile> onReceived() {
    return onReceived;
  }

  boolean overwrite() {
    return overwrite;
  }

  long maxBytes() {
    return maxBytes;
  }

  int maxTransfers() {
    return maxTransfers;
  }

  int maxParts() {
    return maxParts;
  }

  Duration keepParts() {
    return keepParts;
  }

  Duration idleTimeout() {
    return idleTimeout;
  }
}
