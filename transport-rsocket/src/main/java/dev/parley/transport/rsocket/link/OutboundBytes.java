package dev.parley.transport.rsocket.link;

import dev.parley.Message;
import dev.parley.shares.Share;
import dev.parley.transport.rsocket.TransportOptions;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.LongSupplier;

/**
 * What one link holds for writing, in bytes, wherever it is: messages that wait for a place or for
 * room, messages that were let through and whose frames do not exist yet, and frames that are not
 * written. Thread-safe.
 *
 * <p>The sum is bounded by {@link TransportOptions#outboundMaxBytes()} and one message. Beyond
 * {@link #FREE_BYTES}, which is what a link at work has, it is covered by what the link has taken
 * from the budget of the node, in steps: most messages touch nothing that links share.
 *
 * <p>Bytes are added before the limits are looked at, and taken off again where they do not fit, so
 * that many threads at once do not overshoot them.
 */
final class OutboundBytes {
  /** What each link may hold without the node's budget. */
  static final int FREE_BYTES = 64 * 1024;

  private static final AtomicLongFieldUpdater<OutboundBytes> RESERVED =
      AtomicLongFieldUpdater.newUpdater(OutboundBytes.class, "reserved");
  private static final AtomicLongFieldUpdater<OutboundBytes> WAITING =
      AtomicLongFieldUpdater.newUpdater(OutboundBytes.class, "waiting");
  private static final AtomicLongFieldUpdater<OutboundBytes> TAKEN =
      AtomicLongFieldUpdater.newUpdater(OutboundBytes.class, "taken");
  private static final int STEP_BYTES = 64 * 1024;
  private static final int UNRESERVED_BYTES = 16 * 1024;
  private static final int OVERHEAD_BYTES = 256;

  private final LongSupplier pending;
  private final Share node;
  private final long maxBytes;
  private final long pressedBytes;
  private volatile long reserved;
  private volatile long waiting;
  private volatile long taken; // from the node
  private volatile boolean closed;

  /**
   * @param pending bytes of frames that are not written
   * @param node what the link has of the bytes that all links may hold; {@link #close} closes it
   * @param maxBytes what may be held
   * @param pressedBytes from where on nothing new is to be started
   */
  OutboundBytes(LongSupplier pending, Share node, long maxBytes, long pressedBytes) {
    this.pending = pending;
    this.node = node;
    this.maxBytes = maxBytes;
    this.pressedBytes = pressedBytes;
  }

  /** What a message holds while it waits. */
  static int of(Message message) {
    int bytes = OVERHEAD_BYTES + message.size();
    for (Map.Entry<String, String> header : message.headers().entrySet()) {
      bytes += header.getKey().length() + header.getValue().length();
    }
    return bytes;
  }

  /** All that is held. */
  long total() {
    return ahead() + waiting;
  }

  /** What is ahead of a message that waits: what was let through, and frames. */
  long ahead() {
    return reserved + pending.getAsLong();
  }

  /** Whether so much is held that nothing is to be started that may come to more. */
  boolean isPressed() {
    return total() >= pressedBytes;
  }

  /** Whether a message may go while less than {@code mark} is ahead; {@link #leave} follows. */
  boolean tryEnter(int bytes, int mark) {
    long now = reserved;
    long ahead = now + pending.getAsLong();
    if (ahead >= mark) {
      return false;
    }
    if (bytes <= UNRESERVED_BYTES) {
      return ahead + waiting + bytes <= FREE_BYTES + taken || cover(bytes);
    }
    if (!RESERVED.compareAndSet(this, now, now + bytes)) {
      return tryEnter(bytes, mark);
    }
    if (cover(0)) {
      return true;
    }
    unreserve(bytes);
    return false;
  }

  /** The frames of a message that entered are with the writer. */
  void leave(int bytes) {
    if (bytes > UNRESERVED_BYTES) {
      unreserve(bytes);
    }
  }

  /** A message that was let through is on its way to the event loop. */
  void reserve(int bytes) {
    RESERVED.addAndGet(this, bytes);
  }

  /** It is there, or gone. */
  void unreserve(int bytes) {
    RESERVED.addAndGet(this, -bytes);
  }

  /**
   * Counts what begins to wait, which {@link #unhold} ends; false when it does not fit: as much is
   * held as may be, or the node has no more.
   */
  boolean tryHold(int bytes) {
    if (bytes == 0) {
      return true;
    }
    long before = WAITING.getAndAdd(this, bytes);
    if (before + ahead() < maxBytes && cover(0)) {
      return true;
    }
    unhold(bytes);
    return false;
  }

  /** What was held waits no more. */
  void unhold(int bytes) {
    WAITING.addAndGet(this, -bytes);
  }

  /** Takes from the node what all that is held and {@code more} need; false when it is too much. */
  private boolean cover(int more) {
    while (true) {
      long before = taken;
      long missing = total() + more - FREE_BYTES - before;
      if (missing <= 0 || closed) {
        return true;
      }
      long bytes = (missing + STEP_BYTES - 1) / STEP_BYTES * STEP_BYTES;
      if (!node.take(bytes)) {
        return false;
      }
      if (!TAKEN.compareAndSet(this, before, before + bytes)) {
        node.give(bytes);
      } else if (closed) {
        giveAll();
        return true; // what waits is told that the link is gone
      }
    }
  }

  /** Gives the node back what is not needed any more. Event loop. */
  void settle() {
    long before = taken;
    if (before == 0) {
      return;
    }
    long spare = before - Math.max(0, total() - FREE_BYTES);
    boolean idle = spare >= before;
    if ((idle || spare >= 2 * STEP_BYTES)
        && TAKEN.compareAndSet(this, before, idle ? 0 : before - spare)) {
      node.give(idle ? before : spare);
      cover(0); // what was added meanwhile
    }
  }

  /** The link is gone, and what it held with it. */
  void close() {
    closed = true;
    giveAll();
  }

  private void giveAll() {
    node.give(TAKEN.getAndSet(this, 0));
    node.close();
  }
}
