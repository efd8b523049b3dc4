package dev.parley.dht.serve;

/** Lets a number of things happen in each second. Confined to one thread. */
public final class PerSecond {
  private final int limit;
  private long secondNanos;
  private int used;

  public PerSecond(int limit) {
    this.limit = limit;
  }

  public boolean tryAcquire(long nowNanos) {
    if (nowNanos - secondNanos >= 1_000_000_000L) {
      secondNanos = nowNanos;
      used = 0;
    }
    return ++used <= limit;
  }
}
