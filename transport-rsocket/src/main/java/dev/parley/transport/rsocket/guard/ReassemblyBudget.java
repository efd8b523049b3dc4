package dev.parley.transport.rsocket.guard;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that all connections of a node together may hold for messages of which only a part has
 * arrived. Thread-safe.
 */
public final class ReassemblyBudget {
  /** Default: 256 MiB. */
  public static final long DEFAULT_BYTES = 256L << 20;

  private final long maxBytes;
  private final AtomicLong reserved = new AtomicLong();

  private ReassemblyBudget(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Returns a budget of {@code maxBytes} bytes; beyond it fragmented messages are refused. */
  public static ReassemblyBudget of(long maxBytes) {
    if (maxBytes <= 0) {
      throw new IllegalArgumentException("maxBytes is " + maxBytes + ", must be positive");
    }
    return new ReassemblyBudget(maxBytes);
  }

  /** Takes {@code bytes}, or nothing when fewer are left. */
  boolean tryReserve(long bytes) {
    if (reserved.addAndGet(bytes) <= maxBytes) {
      return true;
    }
    reserved.addAndGet(-bytes);
    return false;
  }

  /** Gives back what {@link #tryReserve} took. */
  void release(long bytes) {
    reserved.addAndGet(-bytes);
  }

  /** Returns the bytes taken at this moment. */
  public long reservedBytes() {
    return reserved.get();
  }
}
