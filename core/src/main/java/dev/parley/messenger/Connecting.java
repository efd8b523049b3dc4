package dev.parley.messenger;

import dev.parley.spi.Link;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;

/** The stage of a call before there is a link. */
final class Connecting implements CoreSubscriber<Link> {
  private final OutgoingCall call;
  private boolean done;

  Connecting(OutgoingCall call) {
    this.call = call;
  }

  @Override
  public void onSubscribe(Subscription s) {
    if (call.adopt(s)) {
      s.request(Long.MAX_VALUE);
    }
  }

  @Override
  public void onNext(Link link) {
    done = true;
    call.connected(link);
  }

  @Override
  public void onError(Throwable t) {
    call.onError(t);
  }

  @Override
  public void onComplete() {
    if (!done) {
      onError(new IllegalStateException("a transport completed without a link"));
    }
  }

  @Override
  public Context currentContext() {
    return call.currentContext();
  }
}
