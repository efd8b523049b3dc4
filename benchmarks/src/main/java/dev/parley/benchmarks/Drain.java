package dev.parley.benchmarks;

import dev.parley.benchmarks.peers.EchoClient;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BaseSubscriber;

/** Takes a stream's items as fast as they come, until it is cancelled. */
final class Drain extends BaseSubscriber<Object> {
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private @Nullable EchoClient peer;

  void from(EchoClient echo) {
    peer = echo;
    echo.stream().subscribe(this);
  }

  @Override
  protected void hookOnNext(Object item) {
    if (peer != null) {
      var unused = peer.take(item);
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
  void check() {
    Throwable t = failure.get();
    if (t != null) {
      throw new IllegalStateException("the stream failed", t);
    }
  }
}
