package dev.parley.benchmarks;

import dev.parley.benchmarks.peers.EchoClient;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/**
 * Consumes a stream, with 256 items asked for at a time, a number of them for each call of {@link
 * #take}. Fails on any error and on an item of another size.
 */
final class ItemCounter extends BaseSubscriber<Object> {
  private static final int WINDOW = 256;

  private final EchoClient peer;
  private final int itemBytes;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile CountDownLatch done = new CountDownLatch(0);
  private long left; // guarded by the stream's signals and by take() between them
  private int asked;

  ItemCounter(EchoClient peer, int itemBytes) {
    this.peer = peer;
    this.itemBytes = itemBytes;
  }

  /** Consumes {@code n} items, a multiple of 256. */
  void take(int n) throws InterruptedException {
    CountDownLatch latch = new CountDownLatch(1);
    left = n;
    asked = WINDOW;
    done = latch;
    request(WINDOW);
    if (!latch.await(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("no items for 60 s");
    }
    Throwable t = failure.get();
    if (t != null) {
      throw new IllegalStateException("the stream failed", t);
    }
  }

  @Override
  protected void hookOnSubscribe(Subscription s) {
    // take() asks.
  }

  @Override
  protected void hookOnNext(Object item) {
    int bytes = peer.take(item);
    if (bytes != itemBytes) {
      hookOnError(new IllegalStateException("an item of " + bytes + " bytes"));
      cancel();
      return;
    }
    if (--left == 0) {
      done.countDown();
    } else if (--asked == WINDOW / 4) {
      int more = (int) Math.min(WINDOW - asked, left - asked);
      if (more > 0) {
        asked += more;
        request(more);
      }
    }
  }

  @Override
  protected void hookOnError(Throwable t) {
    failure.compareAndSet(null, t);
    done.countDown();
  }

  @Override
  protected void hookOnComplete() {
    hookOnError(new IllegalStateException("the stream ended"));
  }
}
