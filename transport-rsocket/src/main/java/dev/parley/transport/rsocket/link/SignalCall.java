package dev.parley.transport.rsocket.link;

import dev.parley.MessagingException;
import dev.parley.spi.Outbound;
import dev.parley.transport.rsocket.frame.OutboundPayload;
import io.rsocket.Payload;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** One message without an answer: it takes no place at the peer, and waits for room only. */
final class SignalCall extends LinkCall implements CoreSubscriber<Void> {
  private final CoreSubscriber<? super Void> actual;

  private SignalCall(RSocketLink link, Outbound signal, CoreSubscriber<? super Void> actual) {
    super(link, signal);
    this.actual = actual;
  }

  static Mono<Void> of(RSocketLink link, Outbound signal) {
    return new Mono<>() {
      @Override
      public void subscribe(CoreSubscriber<? super Void> actual) {
        SignalCall call = new SignalCall(link, signal, actual);
        actual.onSubscribe(call);
        if (call.begin()) { // a Mono that never emits need not wait for demand
          call.enterGate();
        }
      }
    };
  }

  @Override
  void dispatch(Payload payload) {
    OutboundPayload.subscribe(link.requester().fireAndForget(payload), this, payload);
  }

  @Override
  public void request(long n) {
    Operators.validate(n);
  }

  @Override
  public void onNext(Void nothing) {}

  @Override
  public void onError(Throwable t) {
    fail(link.failures().of(t, false)); // rsocket-core fails before it writes, or not at all
  }

  @Override
  public void onComplete() {
    if (end()) {
      actual.onComplete();
    }
  }

  @Override
  void failed(MessagingException e) {
    actual.onError(e);
  }

  @Override
  public Context currentContext() {
    return actual.currentContext();
  }
}
