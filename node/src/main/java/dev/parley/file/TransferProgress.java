package dev.parley.file;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How far a file has come.
 *
 * @param bytes how many bytes the receiver has said that it has written
 * @param total how many bytes the file has
 * @param bytesPerSecond the rate of the last few seconds; 0 while it is not known
 * @param resumes how often the transfer went on after a lost link
 * @param isDone whether the receiver has the whole file, verified, under its name
 */
public record TransferProgress(
    long bytes, long total, double bytesPerSecond, int resumes, boolean isDone) {

  /** How long the rest takes at the present rate; null while that is not known. */
  public @Nullable Duration timeLeft() {
    return isDone || bytesPerSecond <= 0
        ? null
        : Duration.ofMillis((long) Math.min(1e15, (total - bytes) * 1000.0 / bytesPerSecond));
  }
}
