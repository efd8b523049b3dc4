package dev.parley.transport.rsocket;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Operators;

/**
 * What a consumer asks of one stream, as the peer is told it: never more than a window of items
 * ahead, and more when three quarters of the window have come.
 *
 * <p>It stands in for rsocket-core's own accounting, which counts all that was ever asked for in 31
 * bits, and asks for nothing more when they are full (rsocket-java #1110): a stream would stop for
 * ever after 2^31 - 1 items. rsocket-core is asked for everything once, and what it says of demand
 * is not sent.
 */
final class StreamDemand {
  /** Tells the peer. */
  interface Asker {
    /** Asks for {@code n} more items of a stream. Event loop. */
    void requestItems(int streamId, int n);
  }

  private final EventExecutor loop;
  private final Asker asker;
  private final int maxItems;
  private final int maxBytes;
  private final AtomicLong wanted = new AtomicLong(); // asked for here and not yet of the peer
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private volatile boolean closed;
  private int streamId; // event loop, like the rest
  private boolean open;
  private int outstanding;
  private int averageBytes;

  /**
   * @param maxItems how many items are under way at most
   * @param maxBytes about how many bytes of them
   */
  StreamDemand(EventExecutor loop, Asker asker, int maxItems, int maxBytes) {
    this.loop = loop;
    this.asker = asker;
    this.maxItems = maxItems;
    this.maxBytes = maxBytes;
  }

  /** Adds what the consumer asks for. Any thread. */
  void request(long n) {
    wanted.accumulateAndGet(n, Operators::addCap);
    if (loop.inEventLoop()) {
      grant();
    } else if (scheduled.compareAndSet(false, true)) {
      EventLoops.execute(loop, this::granting);
    }
  }

  private void granting() {
    scheduled.set(false);
    grant();
  }

  /** The stream is open at the peer; returns how many items it may send at first. */
  int opened(int id) {
    streamId = id;
    open = true;
    return take();
  }

  /** An item has come; {@link #grant} follows when it is delivered. */
  void received(int bytes) {
    outstanding--;
    averageBytes += (bytes - averageBytes) >> 3;
    if (bytes > averageBytes << 2) {
      averageBytes = bytes; // the window must not be filled with items that have grown
    }
  }

  /** Asks the peer for more, if the consumer wants more and the window has room. */
  void grant() {
    if (open && !closed && outstanding <= window() >> 2) {
      int n = take();
      if (n > 0) {
        asker.requestItems(streamId, n);
      }
    }
  }

  /** Asks for nothing more. Any thread. */
  void close() {
    closed = true;
  }

  private int take() {
    long want = wanted.get();
    int n = (int) Math.min(want, window() - outstanding);
    if (n <= 0) {
      return 0;
    }
    if (want != Long.MAX_VALUE) {
      wanted.accumulateAndGet(n, (w, taken) -> w == Long.MAX_VALUE ? w : w - taken);
    }
    outstanding += n;
    return n;
  }

  private int window() {
    return averageBytes == 0
        ? maxItems
        : Math.max(Math.min(2, maxItems), Math.min(maxItems, maxBytes / averageBytes));
  }

  /** Items that the peer was asked for and has not sent, for tests. Event loop. */
  int outstanding() {
    return outstanding;
  }
}
