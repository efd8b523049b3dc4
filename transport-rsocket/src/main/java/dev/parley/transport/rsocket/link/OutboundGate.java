package dev.parley.transport.rsocket.link;

import dev.parley.shares.Share;
import dev.parley.transport.rsocket.TransportOptions;
import dev.parley.transport.rsocket.frame.RecordWriter;

/**
 * Lets requests and answers through to a link while little waits to be written there, and makes
 * them wait otherwise: the coordination between handlers and the socket that rsocket-core does not
 * have (rsocket-java #514, #752). Thread-safe.
 *
 * <p>Items of streams pass at a lower mark and after all else, so that a bulk stream keeps little
 * on the link that a request would have to wait behind.
 *
 * <p>While half of what a link may hold is held, no handler of the peer's requests starts and no
 * source of items is asked: a peer that does not read makes its own requests wait. What handlers
 * that run already answer has the other half; beyond it an answer or item is refused, whose caller
 * hears OVERLOADED, executed YES.
 */
final class OutboundGate {
  /** Something that waits. */
  interface Waiter extends WaitQueue.Waiter {
    /** The link takes it now; on the event loop. */
    void proceed();

    /** The link is gone; on the event loop. */
    void linkClosed();
  }

  private final RecordWriter writer;
  private final TransportOptions options;
  private final Runnable wakeUp;
  private final OutboundBytes bytes;
  private final WaitQueue<Waiter> waiters;
  private final WaitQueue<Waiter> starts;
  private final WaitQueue<Waiter> items;
  private final int itemHighBytes;
  private volatile boolean purge;
  private volatile boolean closed;

  /**
   * @param node what the link has of the bytes that all may hold
   * @param wakeUp has {@link #release()} called on the event loop
   */
  OutboundGate(RecordWriter writer, TransportOptions options, Share node, Runnable wakeUp) {
    this.writer = writer;
    this.options = options;
    this.wakeUp = wakeUp;
    long max = options.memory().outboundMaxBytes();
    this.bytes =
        new OutboundBytes(
            writer::pendingBytes,
            node,
            max,
            Math.max(options.memory().outboundHighBytes(), max / 2));
    this.waiters = new WaitQueue<>(options.limits().maxWaitingRequests(), bytes);
    // As many as requests of the peer that the guard let in.
    this.starts = new WaitQueue<>(Integer.MAX_VALUE, bytes);
    this.items = new WaitQueue<>(Integer.MAX_VALUE, bytes);
    this.itemHighBytes =
        Math.min(options.streams().streamHighBytes(), options.memory().outboundHighBytes());
  }

  /** What the link holds for writing. */
  OutboundBytes bytes() {
    return bytes;
  }

  /** Whether a message of {@code size} may go now; if so, {@link OutboundBytes#leave} follows. */
  boolean tryEnter(int size) {
    return waiters.isEmpty() && bytes.tryEnter(size, options.memory().outboundHighBytes());
  }

  /** Whether an item of {@code size} may go now; if so, {@link OutboundBytes#leave} follows. */
  boolean tryEnterItem(int size) {
    return waiters.isEmpty() && items.isEmpty() && bytes.tryEnter(size, itemHighBytes);
  }

  /** Whether a handler may start whose answers this link has to take. */
  boolean mayStart() {
    return starts.isEmpty() && !bytes.isPressed();
  }

  /** Whether a source may be asked for more items. */
  boolean mayAsk() {
    return !bytes.isPressed();
  }

  /** Queues {@code waiter}; false when too many wait already, or the link holds too much. */
  boolean await(Waiter waiter) {
    return await(waiters, waiter, options.memory().outboundLowBytes());
  }

  /** Queues a handler that is to start; false when the link holds too much. */
  boolean awaitStart(Waiter waiter) {
    return await(starts, waiter, options.memory().outboundLowBytes());
  }

  /** Queues who has an item to send, or is to ask for some; false when the link holds too much. */
  boolean awaitItem(Waiter waiter) {
    return await(items, waiter, itemHighBytes);
  }

  private boolean await(WaitQueue<Waiter> queue, Waiter waiter, int mark) {
    if (!queue.offer(waiter)) {
      return false;
    }
    if (closed) {
      waiter.linkClosed(); // it may have come behind those that were told
    } else if (writer.pendingBytes() < mark) {
      wakeUp.run(); // what made it wait may have left before it was in the queue
    }
    return true;
  }

  /** A waiter does not wait any more. Any thread. */
  void abandon(Waiter waiter) {
    abandon(waiters, waiter);
  }

  /** A handler is not to start any more. Any thread. */
  void abandonStart(Waiter waiter) {
    abandon(starts, waiter);
  }

  /** Who had an item to send does not wait any more. Any thread. */
  void abandonItem(Waiter waiter) {
    abandon(items, waiter);
  }

  private void abandon(WaitQueue<Waiter> queue, Waiter waiter) {
    if (queue.abandon(waiter)) {
      purge = true;
      wakeUp.run();
    }
  }

  /** Lets waiters go while there is room. Event loop. */
  void release() {
    if (purge) {
      purge = false;
      waiters.purge();
      starts.purge();
      items.purge();
    }
    if (!waiters.isEmpty() && writer.pendingBytes() < options.memory().outboundLowBytes()) {
      release(waiters, options.memory().outboundHighBytes());
    }
    if (!starts.isEmpty() && waiters.isEmpty()) {
      startHandlers();
    }
    if (!items.isEmpty() && waiters.isEmpty()) {
      release(items, itemHighBytes);
    }
    bytes.settle();
  }

  private void release(WaitQueue<Waiter> queue, int mark) {
    while (bytes.ahead() < mark) {
      Waiter waiter = queue.poll();
      if (waiter == null) {
        return;
      }
      waiter.proceed();
    }
  }

  private void startHandlers() {
    while (!bytes.isPressed()) {
      Waiter waiter = starts.poll();
      if (waiter == null) {
        return;
      }
      waiter.proceed();
    }
  }

  /** Tells every waiter that the link is gone. Event loop. */
  void close() {
    closed = true;
    Waiter waiter;
    while ((waiter = waiters.poll()) != null
        || (waiter = starts.poll()) != null
        || (waiter = items.poll()) != null) {
      waiter.linkClosed();
    }
    bytes.close();
  }
}
