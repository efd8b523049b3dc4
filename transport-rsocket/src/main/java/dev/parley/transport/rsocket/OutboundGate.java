package dev.parley.transport.rsocket;

import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * Lets requests and answers through to a link while little waits to be written there, and makes
 * them wait otherwise: the coordination between handlers and the socket that rsocket-core does not
 * have (rsocket-java #514, #752). Thread-safe.
 *
 * <p>Items of streams pass at a lower mark and after all else, so that a bulk stream keeps little
 * on the link that a request would have to wait behind.
 *
 * <p>What is let through before its frames exist is reserved, so that many callers at once cannot
 * overshoot the mark by more than one message.
 */
final class OutboundGate {
  /** Something that waits. */
  interface Waiter extends WaitQueue.Waiter {
    /** The link takes it now; on the event loop. */
    void proceed();

    /** The link is gone; on the event loop. */
    void linkClosed();
  }

  private static final AtomicLongFieldUpdater<OutboundGate> RESERVED =
      AtomicLongFieldUpdater.newUpdater(OutboundGate.class, "reserved");
  private static final int UNRESERVED_BYTES = 16 * 1024;

  private final RecordWriter writer;
  private final TransportOptions options;
  private final Runnable wakeUp;
  private volatile long reserved;
  private final WaitQueue<Waiter> waiters;
  private final WaitQueue<Waiter> items;
  private final int itemHighBytes;
  private volatile boolean purge;

  /**
   * @param wakeUp has {@link #release()} called on the event loop
   */
  OutboundGate(RecordWriter writer, TransportOptions options, Runnable wakeUp) {
    this.writer = writer;
    this.options = options;
    this.wakeUp = wakeUp;
    this.waiters = new WaitQueue<>(options.maxWaitingRequests());
    this.items = new WaitQueue<>(options.maxWaitingRequests());
    this.itemHighBytes = Math.min(options.streamHighBytes(), options.outboundHighBytes());
  }

  /** Whether a message of {@code bytes} may go now; if so, {@link #leave} follows. */
  boolean tryEnter(int bytes) {
    return waiters.isEmpty() && tryReserve(bytes, options.outboundHighBytes());
  }

  /** Whether an item of {@code bytes} may go now; if so, {@link #leave} follows. */
  boolean tryEnterItem(int bytes) {
    return waiters.isEmpty() && items.isEmpty() && tryReserve(bytes, itemHighBytes);
  }

  private boolean tryReserve(int bytes, int mark) {
    long now = reserved;
    if (now + writer.pendingBytes() >= mark) {
      return false;
    }
    if (bytes > UNRESERVED_BYTES && !RESERVED.compareAndSet(this, now, now + bytes)) {
      return tryReserve(bytes, mark);
    }
    return true;
  }

  /** The frames of a message that entered are with the writer. */
  void leave(int bytes) {
    if (bytes > UNRESERVED_BYTES) {
      RESERVED.addAndGet(this, -bytes);
    }
  }

  /** Queues {@code waiter}; false when too many wait already. */
  boolean await(Waiter waiter) {
    return await(waiters, waiter, options.outboundLowBytes());
  }

  /** Queues who has an item to send; false when too many wait already. */
  boolean awaitItem(Waiter waiter) {
    return await(items, waiter, itemHighBytes);
  }

  private boolean await(WaitQueue<Waiter> queue, Waiter waiter, int mark) {
    if (!queue.offer(waiter)) {
      return false;
    }
    // What made it wait may have left before it was in the queue.
    if (writer.pendingBytes() < mark) {
      wakeUp.run();
    }
    return true;
  }

  /** A waiter does not wait any more. Any thread. */
  void abandon() {
    abandon(waiters);
  }

  /** Who had an item to send does not wait any more. Any thread. */
  void abandonItem() {
    abandon(items);
  }

  private void abandon(WaitQueue<Waiter> queue) {
    if (queue.abandon()) {
      purge = true;
      wakeUp.run();
    }
  }

  /** See {@link LinkChannel#prefetch()}. */
  int prefetch() {
    return (waiters.isEmpty() ? 1 : 0) + (items.isEmpty() ? 1 : 0);
  }

  /** Lets waiters go while there is room. Event loop. */
  void release() {
    if (purge) {
      purge = false;
      waiters.purge();
      items.purge();
    }
    if (!waiters.isEmpty() && writer.pendingBytes() < options.outboundLowBytes()) {
      release(waiters, options.outboundHighBytes());
    }
    if (!items.isEmpty() && waiters.isEmpty()) {
      release(items, itemHighBytes);
    }
  }

  private void release(WaitQueue<Waiter> queue, int mark) {
    while (reserved + writer.pendingBytes() < mark) {
      Waiter waiter = queue.poll();
      if (waiter == null) {
        return;
      }
      waiter.proceed();
    }
  }

  /** Tells every waiter that the link is gone. Event loop. */
  void close() {
    Waiter waiter;
    while ((waiter = waiters.poll()) != null || (waiter = items.poll()) != null) {
      waiter.linkClosed();
    }
  }
}
