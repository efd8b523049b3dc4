package dev.parley.transport.rsocket;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets requests and answers through to a link while little waits to be written there, and makes
 * them wait otherwise: the coordination between handlers and the socket that rsocket-core does not
 * have (rsocket-java #514, #752). Thread-safe.
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

  private static final int UNRESERVED_BYTES = 16 * 1024;

  private final RecordWriter writer;
  private final TransportOptions options;
  private final Runnable wakeUp;
  private final AtomicLong reserved = new AtomicLong();
  private final WaitQueue<Waiter> waiters;
  private volatile boolean purge;

  /**
   * @param wakeUp has {@link #release()} called on the event loop
   */
  OutboundGate(RecordWriter writer, TransportOptions options, Runnable wakeUp) {
    this.writer = writer;
    this.options = options;
    this.wakeUp = wakeUp;
    this.waiters = new WaitQueue<>(options.maxWaitingRequests());
  }

  /** Whether a message of {@code bytes} may go now; if so, {@link #leave} follows. */
  boolean tryEnter(int bytes) {
    return waiters.isEmpty() && tryReserve(bytes);
  }

  private boolean tryReserve(int bytes) {
    long now = reserved.get();
    if (now + writer.pendingBytes() >= options.outboundHighBytes()) {
      return false;
    }
    if (bytes > UNRESERVED_BYTES && !reserved.compareAndSet(now, now + bytes)) {
      return tryReserve(bytes);
    }
    return true;
  }

  /** The frames of a message that entered are with the writer. */
  void leave(int bytes) {
    if (bytes > UNRESERVED_BYTES) {
      reserved.addAndGet(-bytes);
    }
  }

  /** Queues {@code waiter}; false when too many wait already. */
  boolean await(Waiter waiter) {
    if (!waiters.offer(waiter)) {
      return false;
    }
    // What made it wait may have left before it was in the queue.
    if (writer.pendingBytes() < options.outboundLowBytes()) {
      wakeUp.run();
    }
    return true;
  }

  /** A waiter does not wait any more. Any thread. */
  void abandon() {
    if (waiters.abandon()) {
      purge = true;
      wakeUp.run();
    }
  }

  /** Lets waiters go while there is room. Event loop. */
  void release() {
    if (purge) {
      purge = false;
      waiters.purge();
    }
    if (waiters.isEmpty() || writer.pendingBytes() >= options.outboundLowBytes()) {
      return;
    }
    while (reserved.get() + writer.pendingBytes() < options.outboundHighBytes()) {
      Waiter waiter = waiters.poll();
      if (waiter == null) {
        return;
      }
      waiter.proceed();
    }
  }

  /** Tells every waiter that the link is gone. Event loop. */
  void close() {
    Waiter waiter;
    while ((waiter = waiters.poll()) != null) {
      waiter.linkClosed();
    }
  }
}
