package dev.parley.benchmarks.peers;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/** Takes a stream's items as fast as they come, 256 asked for at a time, until it is cancelled. */
public final class Drain extends BaseSubscriber<Object> {
  private static final int WINDOW = 256;

  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private @Nullable EchoClient peer;
  private int taken;

  /** Subscribes to the stream of a client. Once. */
  public void from(EchoClient echo) {
    peer = echo;
    echo.stream().subscribe(this);
  }

  @Override
  protected void hookOnSubscribe(Subscription subscription) {
    request(WINDOW);
  }

  @Override
  protected void hookOnNext(Object item) {
    if (peer != null) {
      var unused = peer.take(item);
    }
    if (++taken == WINDOW / 4) {
      taken = 0;
      request(WINDOW / 4);
    }
  }

  @Override
  protected void hookOnError(Throwable t) {
    failure.compareAndSet(null, t);
  }

  @Override
  protected void hookOnComplete() {
    failure.compareAndSet(null, new IllegalStateException("the stream ended"));
  }

  /** Throws if the stream has ended. */
  public void check() {
    Throwable t = failure.get();
    if (t != null) {
      throw new IllegalStateException("the stream failed", t);
    }
  }
}
