package dev.parley.transport.rsocket.link;

import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import dev.parley.Message;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * A request of the peer whose handler does not start yet, because the link holds so much for that
 * peer already. Where the request does not fit either, it is refused, and was not executed.
 */
final class StartCall extends Operators.DeferredSubscription
    implements CoreSubscriber<Message>, OutboundGate.Waiter {
  private static final int OVERHEAD_BYTES = 256;

  private final RSocketLink link;
  private final int requestBytes;
  private final Publisher<Message> handler;
  private final CoreSubscriber<? super Message> call;
  private volatile boolean over; // it has started, or never will

  private StartCall(
      RSocketLink link,
      int requestBytes,
      Publisher<Message> handler,
      CoreSubscriber<? super Message> call) {
    this.link = link;
    this.requestBytes = requestBytes;
    this.handler = handler;
    this.call = call;
  }

  /** Subscribes {@code call} to {@code handler}: now where the link has room, or else later. */
  static void start(
      RSocketLink link,
      int requestBytes,
      Publisher<Message> handler,
      CoreSubscriber<? super Message> call) {
    OutboundGate gate = link.gate();
    if (gate.mayStart()) {
      handler.subscribe(call);
      return;
    }
    StartCall waiting = new StartCall(link, requestBytes, handler, call);
    call.onSubscribe(waiting);
    if (!gate.awaitStart(waiting)) {
      waiting.over = true;
      call.onError(HandlerFailure.of(FailureCode.OVERLOADED, null, null));
    }
  }

  @Override
  public boolean isWaiting() {
    return !over && !isCancelled();
  }

  @Override
  public int heldBytes() {
    return OVERHEAD_BYTES + requestBytes;
  }

  @Override
  public void proceed() {
    over = true;
    handler.subscribe(this);
  }

  @Override
  public void linkClosed() {
    over = true;
  }

  @Override
  public void cancel() {
    boolean waited = isWaiting();
    super.cancel();
    if (waited) {
      link.gate().abandonStart(this);
    }
  }

  @Override
  public void onSubscribe(Subscription s) {
    set(s);
  }

  @Override
  public void onNext(Message answer) {
    call.onNext(answer);
  }

  @Override
  public void onError(Throwable t) {
    call.onError(t);
  }

  @Override
  public void onComplete() {
    call.onComplete();
  }

  @Override
  public Context currentContext() {
    return call.currentContext();
  }
}
