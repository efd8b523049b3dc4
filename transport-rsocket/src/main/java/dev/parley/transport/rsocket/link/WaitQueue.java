package dev.parley.transport.rsocket.link;

import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import reactor.util.concurrent.Queues;

/**
 * A bounded queue of calls that wait, in which those that no longer do are cleared away before they
 * take the room of others. What they hold counts as held by the link for as long as they are in the
 * queue. Many threads offer, one at a time takes.
 */
final class WaitQueue<W extends WaitQueue.Waiter> {
  /** A call that waits. */
  interface Waiter {
    /** Whether it still waits: it is neither cancelled nor timed out. */
    boolean isWaiting();

    /** What it holds meanwhile, {@link OutboundBytes#of}; the same each time. */
    int heldBytes();
  }

  @SuppressWarnings("rawtypes")
  private static final AtomicIntegerFieldUpdater<WaitQueue> SIZE =
      AtomicIntegerFieldUpdater.newUpdater(WaitQueue.class, "size");

  private final Queue<W> queue = Queues.<W>unboundedMultiproducer().get();
  private volatile int size;
  private static final int ABANDONED_BYTES = 1 << 20;

  private final AtomicInteger abandoned = new AtomicInteger();
  private final AtomicInteger abandonedBytes = new AtomicInteger();
  private final int limit;
  private final OutboundBytes bytes;

  /**
   * @param limit how many calls may wait
   * @param bytes of the link, where they are counted
   */
  WaitQueue(int limit, OutboundBytes bytes) {
    this.limit = limit;
    this.bytes = bytes;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Queues a call; false when too many wait already, or the link holds too much. */
  boolean offer(W waiter) {
    if (SIZE.incrementAndGet(this) <= limit && bytes.tryHold(waiter.heldBytes())) {
      queue.offer(waiter);
      return true;
    }
    SIZE.decrementAndGet(this);
    return false;
  }

  /** The first call that still waits, which leaves the queue. */
  @Nullable W poll() {
    W waiter;
    while ((waiter = queue.poll()) != null) {
      left(waiter);
      if (waiter.isWaiting()) {
        return waiter;
      }
    }
    return null;
  }

  private void left(W waiter) {
    SIZE.decrementAndGet(this);
    bytes.unhold(waiter.heldBytes());
  }

  /** A call that may be in the queue waits no more. True when {@link #purge()} is due. */
  boolean abandon(W waiter) {
    boolean many = abandoned.incrementAndGet() > limit / 4;
    return abandonedBytes.addAndGet(waiter.heldBytes()) > ABANDONED_BYTES || many;
  }

  /** Removes the calls that wait no more. By who takes, like {@link #poll()}. */
  void purge() {
    abandoned.set(0);
    abandonedBytes.set(0);
    for (int left = size; left > 0; left--) {
      W waiter = queue.poll();
      if (waiter == null) {
        return;
      }
      if (waiter.isWaiting()) {
        queue.offer(waiter);
      } else {
        left(waiter);
      }
    }
  }
}
