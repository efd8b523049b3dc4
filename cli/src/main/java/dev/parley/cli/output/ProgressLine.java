package dev.parley.cli.output;

import dev.parley.file.TransferProgress;
import java.time.Duration;
import java.util.Locale;

/** How far a file has come, for people. */
public final class ProgressLine {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  private ProgressLine() {}

  /** {@code 42% 420.0 MiB of 1.0 GiB, 12.3 MiB/s, 0:42 left}. */
  public static String text(TransferProgress p) {
    StringBuilder s = new StringBuilder(80);
    s.append(percent(p))
        .append("% ")
        .append(size(p.bytes()))
        .append(" of ")
        .append(size(p.total()));
    if (p.bytesPerSecond() > 0) {
      s.append(", ").append(amount(p.bytesPerSecond())).append("/s");
    }
    Duration left = p.timeLeft();
    if (left != null) {
      s.append(", ").append(time(left)).append(" left");
    }
    if (p.resumes() > 0) {
      s.append(", resumed ").append(p.resumes()).append(p.resumes() == 1 ? " time" : " times");
    }
    return s.toString();
  }

  /** The same behind a bar of {@code width} characters. */
  public static String bar(TransferProgress p, int width) {
    int full = (int) ((long) percent(p) * width / 100);
    return "[" + "#".repeat(full) + "-".repeat(width - full) + "] " + text(p);
  }

  /** Whole percent, rounded down; of an empty file, 100 when it is done. */
  public static int percent(TransferProgress p) {
    if (p.total() == 0) {
      return p.isDone() ? 100 : 0;
    }
    return (int) (p.bytes() * 100.0 / p.total());
  }

  public static String size(long bytes) {
    return amount((double) bytes);
  }

  private static String amount(double bytes) {
    int unit = 0;
    double value = bytes;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
  }

  private static String time(Duration d) {
    long seconds = Math.min(d.toSeconds(), 359_999);
    return seconds < 3600
        ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
        : String.format(
            Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }
}
