package dev.parley.transport.rsocket.link;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Holds requests back while as many are running as the peer takes at a time, so that it need not
 * refuse them. Thread-safe.
 *
 * <p>Apart from {@link OutboundGate}, in which answers wait too: an answer must never wait for a
 * request of the other direction, or two peers that call each other would wait for ever.
 */
final class RequestWindow {
  /** A request that waits. */
  interface Waiter extends WaitQueue.Waiter {
    /** A place is free, and taken by this request; on the thread of the one that ended. */
    void enter();

    /** The link is gone. */
    void linkClosed();
  }

  private final WaitQueue<Waiter> queue;
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger held = new AtomicInteger();
  private final AtomicInteger passes = new AtomicInteger();
  private volatile int limit;
  private volatile boolean purge;
  private volatile boolean closed;

  RequestWindow(int limit, int maxWaiting, OutboundBytes bytes) {
    this.limit = limit;
    this.queue = new WaitQueue<>(maxWaiting, bytes);
  }

  /** Changes how many may run; what runs beyond it runs on. */
  void limit(int value) {
    limit = value;
    pass();
  }

  /** Takes a place, which {@link #leave()} gives back. */
  boolean tryEnter() {
    return queue.isEmpty() && tryTake();
  }

  /**
   * Lets an interaction in that may hold its place for long, which {@link #unhold()} ends: a
   * quarter of the places stays for those that do not.
   */
  boolean tryHold() {
    if (held.incrementAndGet() <= Math.max(1, limit - (limit >> 2))) {
      return true;
    }
    held.decrementAndGet();
    return false;
  }

  /** An interaction that held a place for long has ended. */
  void unhold() {
    held.decrementAndGet();
  }

  private boolean tryTake() {
    if (running.incrementAndGet() <= limit) {
      return true;
    }
    running.decrementAndGet();
    return false;
  }

  /** Queues a request; false when too many wait already, or the link holds too much. */
  boolean await(Waiter waiter) {
    if (!queue.offer(waiter)) {
      return false;
    }
    pass(); // a place may have become free before it was in the queue
    return true;
  }

  /** A request that had a place has ended. */
  void leave() {
    running.decrementAndGet();
    if (!queue.isEmpty()) {
      pass();
    }
  }

  /** A request that waits has ended. */
  void abandon(Waiter waiter) {
    if (queue.abandon(waiter)) {
      purge = true;
      pass();
    }
  }

  /** Tells every request that waits, now and later, that the link is gone. */
  void close() {
    closed = true;
    pass();
  }

  private void pass() {
    if (passes.getAndIncrement() != 0) {
      return;
    }
    int missed = 1;
    do {
      passOnce();
      missed = passes.addAndGet(-missed);
    } while (missed != 0);
  }

  private void passOnce() {
    if (purge) {
      purge = false;
      queue.purge();
    }
    while (!queue.isEmpty() && (closed || tryTake())) {
      Waiter waiter = queue.poll();
      if (closed) {
        if (waiter == null) {
          return;
        }
        waiter.linkClosed();
      } else if (waiter == null) {
        running.decrementAndGet();
        return;
      } else {
        waiter.enter();
      }
    }
  }
}
