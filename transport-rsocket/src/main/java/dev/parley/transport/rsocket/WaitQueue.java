package dev.parley.transport.rsocket;

import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import reactor.util.concurrent.Queues;

/**
 * A bounded queue of calls that wait, in which those that no longer do are cleared away before they
 * take the room of others. Many threads offer, one at a time takes.
 */
final class WaitQueue<W extends WaitQueue.Waiter> {
  /** A call that waits. */
  interface Waiter {
    /** Whether it still waits: it is neither cancelled nor timed out. */
    boolean isWaiting();
  }

  @SuppressWarnings("rawtypes")
  private static final AtomicIntegerFieldUpdater<WaitQueue> SIZE =
      AtomicIntegerFieldUpdater.newUpdater(WaitQueue.class, "size");

  private final Queue<W> queue = Queues.<W>unboundedMultiproducer().get();
  private volatile int size;
  private final AtomicInteger abandoned = new AtomicInteger();
  private final int limit;

  WaitQueue(int limit) {
    this.limit = limit;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Queues a call; false when too many wait already. */
  boolean offer(W waiter) {
    if (SIZE.incrementAndGet(this) > limit) {
      SIZE.decrementAndGet(this);
      return false;
    }
    queue.offer(waiter);
    return true;
  }

  /** The first call that still waits, which leaves the queue. */
  @Nullable W poll() {
    W waiter;
    while ((waiter = queue.poll()) != null) {
      SIZE.decrementAndGet(this);
      if (waiter.isWaiting()) {
        return waiter;
      }
    }
    return null;
  }

  /** A call that may be in the queue waits no more. True when {@link #purge()} is due. */
  boolean abandon() {
    return abandoned.incrementAndGet() > limit / 4;
  }

  /** Removes the calls that wait no more. By who takes, like {@link #poll()}. */
  void purge() {
    abandoned.set(0);
    for (int left = size; left > 0; left--) {
      W waiter = queue.poll();
      if (waiter == null) {
        return;
      }
      if (waiter.isWaiting()) {
        queue.offer(waiter);
      } else {
        SIZE.decrementAndGet(this);
      }
    }
  }
}
