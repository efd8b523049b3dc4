package dev.parley.file;

import dev.parley.settings.SettingGroup;
import dev.parley.spi.Setting;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * How many files are sent and taken at a time, and which. An immutable value; {@link #toBuilder()}
 * is the way back.
 *
 * <p>The settings are declared at the methods of the builders; {@link Builder#build()} reports all
 * problems at once.
 *
 * @param maxFilesSending files that are sent at a time
 * @param inbox which files of other agents are taken
 */
public record FileOptions(int maxFilesSending, Inbox inbox) {
  private static final SettingGroup<FileOptions, Builder> SETTINGS =
      SettingGroup.of("files", FileOptions.class, Builder.class);
  private static final FileOptions DEFAULTS = SETTINGS.defaults();

  /**
   * Checks every range.
   *
   * @throws IllegalArgumentException naming every setting that is out of its range
   */
  public FileOptions {
    SETTINGS.check(maxFilesSending, inbox);
  }

  /** Every limit at its default; no file is overwritten. */
  public static FileOptions defaults() {
    return DEFAULTS;
  }

  /** Starts from the defaults. */
  public static Builder builder() {
    return SETTINGS.builder();
  }

  /** Starts from these options. */
  public Builder toBuilder() {
    return SETTINGS.builder(this);
  }

  /** Configures {@link FileOptions}. Not thread-safe. */
  public interface Builder {
    @Setting(
        what = "Files that are sent at a time",
        byDefault = "16",
        range = "1 to 65536",
        atLimit = "sending one more fails as OVERLOADED")
    Builder maxFilesSending(int value);

    /** Changes {@link FileOptions#inbox}. */
    @Setting(what = "Which files of other agents are taken, where the node takes any")
    Builder inbox(Consumer<Inbox.Builder> change);

    /**
     * The options.
     *
     * @throws IllegalArgumentException naming every setting that is out of its range
     */
    FileOptions build();
  }

  /** Which files of other agents are taken. */
  public record Inbox(
      boolean overwrite,
      long maxBytes,
      int maxTransfers,
      int maxParts,
      Duration keepParts,
      Duration idleTimeout) {
    /** Changes {@link Inbox}. */
    public interface Builder {
      @Setting(
          what = "Whether a file replaces one of the same name, at once and whole",
          byDefault = "false")
      Builder overwrite(boolean value);

      @Setting(
          what = "The largest file",
          byDefault = "16GiB",
          range = "0 or more",
          atLimit = "the file is REJECTED")
      Builder maxBytes(long value);

      @Setting(
          what = "Files that are received at a time",
          byDefault = "8",
          range = "1 to 65536",
          atLimit = "further ones are OVERLOADED")
      Builder maxTransfers(int value);

      @Setting(
          what = "Unfinished files that are kept, for transfers to go on from",
          byDefault = "64",
          range = "1 to 65536",
          atLimit = "those that waited longest are deleted, though none that is being received")
      Builder maxParts(int value);

      @Setting(
          what = "How long unfinished files are kept",
          byDefault = "1d",
          range = "1ms to 30d",
          atLimit = "they are deleted")
      Builder keepParts(Duration value);

      @Setting(
          what =
              "How long nothing may come of a file; a sender that goes on reads what it sent"
                  + " before, which takes time too",
          byDefault = "2m",
          range = "1ms to 30d",
          atLimit = "the transfer ends")
      Builder idleTimeout(Duration value);
    }
  }
}
