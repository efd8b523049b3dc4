package dev.parley.transport.rsocket.link;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that all links of a node together may hold for what waits to be written. Thread-safe.
 *
 * <p>A link gets no more than what is left for the others, so that a few that do not read leave
 * room for those that do: of <em>n</em> greedy links each has one share of <em>n</em> + 1, and one
 * share stays free (Choudhury and Hahne, "Dynamic queue length thresholds for shared-memory packet
 * switches", 1998, with a factor of 1).
 */
final class OutboundBudget {
  private final long maxBytes;
  private final AtomicLong taken = new AtomicLong();

  OutboundBudget(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * Takes {@code bytes}, or nothing when the link then had more than what is left for the others.
   *
   * @param held what the same link has taken already
   */
  boolean tryTake(long held, long bytes) {
    long now = taken.get();
    while (held + bytes <= maxBytes - now - bytes) {
      if (taken.compareAndSet(now, now + bytes)) {
        return true;
      }
      now = taken.get();
    }
    return false;
  }

  /** Gives back what {@link #tryTake} took. */
  void give(long bytes) {
    taken.addAndGet(-bytes);
  }

  /** Bytes that are taken at this moment. */
  long takenBytes() {
    return taken.get();
  }
}
