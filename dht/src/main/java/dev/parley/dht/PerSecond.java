package dev.parley.dht;

/** Lets a number of things happen in each second. Confined to one thread. */
final class PerSecond {
  private final int limit;
  private long secondNanos;
  private int used;

  PerSecond(int limit) {
    this.limit = limit;
  }

  boolean tryAcquire(long nowNanos) {
    if (nowNanos - secondNanos >= 1_000_000_000L) {
      secondNanos = nowNanos;
      used = 0;
    }
    return ++used <= limit;
  }
}
