package dev.parley.transport.rsocket.guard;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Operators;

/**
 * What a consumer asks of one stream, as the peer is told it: never more than a window of items
 * ahead, and more when a quarter of the window has come. While requests pass on the link, the
 * window is only as large as keeps them from waiting behind items ({@link DelayWindow}).
 *
 * <p>It stands in for rsocket-core's own accounting, which counts all that was ever asked for in 31
 * bits, and asks for nothing more when they are full (rsocket-java #1110): a stream would stop for
 * ever after 2^31 - 1 items. rsocket-core is asked for everything once, and what it says of demand
 * is not sent.
 */
public final class StreamDemand {
  /** What the stream runs over. On the event loop. */
  public interface Link {
    /** Asks the peer for {@code n} more items of a stream. */
    void requestItems(int streamId, int n);

    /** A number that changes when either side sends a request. */
    int requests();

    /** The time. */
    long nanoTime();
  }

  private static final long SHARED_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int FLOOR_ITEMS = 8;
  private static final int FLOOR_BYTES = 16 * 1024;

  private final EventExecutor loop;
  private final Link link;
  private final int maxItems;
  private final int maxBytes;
  private final AtomicLong wanted = new AtomicLong(); // asked for here and not yet of the peer
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private volatile boolean closed;
  private int streamId; // event loop, like the rest
  private boolean open;
  private int outstanding;
  private int averageBytes;
  private final DelayWindow delays = new DelayWindow();
  private boolean shared; // with requests, lately
  private int requestsSeen;
  private long requestSeenNanos;
  private int timedIn; // items until the one that is timed, 0 for none
  private int timedAhead;
  private long askedNanos;

  /**
   * @param maxItems how many items are under way at most
   * @param maxBytes about how many bytes of them
   */
  public StreamDemand(EventExecutor loop, Link link, int maxItems, int maxBytes) {
    this.loop = loop;
    this.link = link;
    this.maxItems = maxItems;
    this.maxBytes = maxBytes;
  }

  /** Adds what the consumer asks for. Any thread. */
  public void request(long n) {
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
  public int opened(int id) {
    streamId = id;
    open = true;
    requestsSeen = link.requests();
    return take();
  }

  /** An item has come; {@link #grant} follows when it is delivered. */
  public void received(int bytes) {
    outstanding--;
    averageBytes += (bytes - averageBytes) >> 3;
    if (bytes > averageBytes << 2) {
      averageBytes = bytes; // the window must not be filled with items that have grown
    }
    if (timedIn > 0 && --timedIn == 0) { // only while shared
      long now = link.nanoTime();
      delays.took(now - askedNanos, timedAhead, now, floor(), full());
    }
  }

  /** Asks the peer for more, if the consumer wants more and the window has room. */
  public void grant() {
    if (open && !closed && isDue()) {
      look();
      int before = outstanding;
      int n = take();
      if (n > 0) {
        if (shared && timedIn == 0) {
          timedIn = before + 1;
          timedAhead = outstanding;
          askedNanos = link.nanoTime();
        }
        link.requestItems(streamId, n);
      }
    }
  }

  private boolean isDue() {
    int window = window();
    return outstanding <= window - (window >> 2);
  }

  /** Looks whether requests pass beside the stream. */
  private void look() {
    int requests = link.requests();
    if (requests == requestsSeen && !shared) {
      return;
    }
    long now = link.nanoTime();
    if (requests != requestsSeen) {
      requestsSeen = requests;
      requestSeenNanos = now;
      if (!shared) {
        shared = true;
        delays.start();
      }
    } else if (now - requestSeenNanos > SHARED_NANOS) {
      shared = false;
      timedIn = 0;
    }
  }

  /** Asks for nothing more. Any thread. */
  public void close() {
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
    return shared ? delays.items(floor(), full()) : full();
  }

  private int floor() {
    return averageBytes == 0
        ? FLOOR_ITEMS
        : Math.max(2, Math.min(FLOOR_ITEMS, FLOOR_BYTES / averageBytes));
  }

  private int full() {
    return averageBytes == 0
        ? maxItems
        : Math.max(Math.min(2, maxItems), Math.min(maxItems, maxBytes / averageBytes));
  }

  /** Items that the peer was asked for and has not sent, for tests. Event loop. */
  int outstanding() {
    return outstanding;
  }
}
