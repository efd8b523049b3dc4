package dev.parley.file;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How one file is sent. An immutable value; every setter returns a copy. */
public final class SendFileOptions {
  /** How many bytes a chunk has unless told otherwise: 64 KiB. */
  public static final int DEFAULT_CHUNK_BYTES = 64 * 1024;

  /** The largest chunk: 1 MiB. */
  public static final int MAX_CHUNK_BYTES = 1024 * 1024;

  /** How many attempts in a row may bring nothing unless told otherwise: 20. */
  public static final int DEFAULT_MAX_RETRIES = 20;

  /** How long nothing may come through unless told otherwise: 5 minutes. */
  public static final Duration DEFAULT_GIVE_UP_AFTER = Duration.ofMinutes(5);

  private static final int MIN_CHUNK_BYTES = 1024;
  private static final int MAX_RETRIES = 100_000;
  private static final Duration MAX_DURATION = Duration.ofDays(30);
  private static final SendFileOptions DEFAULTS =
      new SendFileOptions(null, DEFAULT_CHUNK_BYTES, DEFAULT_MAX_RETRIES, DEFAULT_GIVE_UP_AFTER);

  private final @Nullable String name;
  private final int chunkBytes;
  private final int maxRetries;
  private final Duration giveUpAfter;

  private SendFileOptions(
      @Nullable String name, int chunkBytes, int maxRetries, Duration giveUpAfter) {
    this.name = name;
    this.chunkBytes = chunkBytes;
    this.maxRetries = maxRetries;
    this.giveUpAfter = giveUpAfter;
  }

  /** The file's own name, chunks of 64 KiB, 20 retries, 5 minutes. */
  public static SendFileOptions defaults() {
    return DEFAULTS;
  }

  /** A copy with the name that the file gets at the peer; default is its own. */
  public SendFileOptions name(String value) {
    String problem = FileOffer.problemWith(value);
    if (problem != null) {
      throw new IllegalArgumentException(problem);
    }
    return new SendFileOptions(value, chunkBytes, maxRetries, giveUpAfter);
  }

  /**
   * A copy with this size of a chunk: 1 KiB to 1 MiB, default 64 KiB. A chunk is a message, and the
   * peer's limit of a message's size holds for it.
   */
  public SendFileOptions chunkBytes(int value) {
    if (value < MIN_CHUNK_BYTES || value > MAX_CHUNK_BYTES) {
      throw new IllegalArgumentException(
          "chunkBytes is " + value + ", must be " + MIN_CHUNK_BYTES + ".." + MAX_CHUNK_BYTES);
    }
    return new SendFileOptions(name, value, maxRetries, giveUpAfter);
  }

  /**
   * A copy that gives up after this many attempts in a row that brought nothing: 0 to 100,000,
   * default 20. Pauses between attempts grow from 0.1 s to 10 s.
   */
  public SendFileOptions maxRetries(int value) {
    if (value < 0 || value > MAX_RETRIES) {
      throw new IllegalArgumentException("maxRetries is " + value + ", must be 0.." + MAX_RETRIES);
    }
    return new SendFileOptions(name, chunkBytes, value, giveUpAfter);
  }

  /**
   * A copy that makes no further attempt when nothing has come through for this long: 1 ms to 30
   * days, default 5 minutes.
   */
  public SendFileOptions giveUpAfter(Duration value) {
    return new SendFileOptions(name, chunkBytes, maxRetries, checked("giveUpAfter", value));
  }

  static Duration checked(String setting, Duration value) {
    Objects.requireNonNull(value, setting);
    if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(MAX_DURATION) > 0) {
      throw new IllegalArgumentException(
          setting + " is " + value + ", must be PT0.001S.." + MAX_DURATION);
    }
    return value;
  }

  /** The name at the peer, or null for the file's own. */
  public @Nullable String name() {
    return name;
  }

  /** How many bytes a chunk has. */
  public int chunkBytes() {
    return chunkBytes;
  }

  /** How many attempts in a row may bring nothing. */
  public int maxRetries() {
    return maxRetries;
  }

  /** How long nothing may come through. */
  public Duration giveUpAfter() {
    return giveUpAfter;
  }
}
