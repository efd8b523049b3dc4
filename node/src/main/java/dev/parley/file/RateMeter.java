package dev.parley.file;

import java.util.function.LongSupplier;

/** A rate over the last few seconds: an average in which the past fades away. */
final class RateMeter {
  private static final double FADE_NANOS = 3e9;

  private final LongSupplier nanoClock;
  private boolean started;
  private long lastNanos;
  private long lastBytes;
  private double weight;
  private double rate;

  RateMeter(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** Starts over: the time until the next mark does not count. */
  void restart(long bytes) {
    started = true;
    lastNanos = nanoClock.getAsLong();
    lastBytes = bytes;
  }

  /** Adds that {@code bytes} have passed in all by now. */
  void mark(long bytes) {
    if (!started) {
      restart(bytes);
      return;
    }
    long now = nanoClock.getAsLong();
    double nanos = now - lastNanos;
    if (nanos <= 0) {
      return;
    }
    double kept = Math.exp(-nanos / FADE_NANOS);
    rate = rate * kept + (bytes - lastBytes) * 1e9 / nanos * (1 - kept);
    weight = weight * kept + (1 - kept);
    lastNanos = now;
    lastBytes = bytes;
  }

  /** Bytes a second; 0 while nothing is known. */
  double bytesPerSecond() {
    return weight == 0 ? 0 : rate / weight;
  }
}
