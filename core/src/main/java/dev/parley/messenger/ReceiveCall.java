package dev.parley.messenger;

import dev.parley.Handler;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.spi.InteractionModel;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/** One message that a handler answers once; completing empty becomes an empty message. */
final class ReceiveCall extends HandlerCall {
  private ReceiveCall(
      LinkReceiver at,
      InteractionModel model,
      Inbound inbound,
      CoreSubscriber<? super Message> actual) {
    super(at, model, inbound, actual);
  }

  /** A publisher that runs {@code handler} on {@code inbound} once. */
  static Mono<Message> of(
      LinkReceiver at, InteractionModel model, Handler.Messages handler, Inbound inbound) {
    return new Mono<>() {
      @Override
      public void subscribe(CoreSubscriber<? super Message> actual) {
        ReceiveCall call = new ReceiveCall(at, model, inbound, actual);
        actual.onSubscribe(call);
        call.start(handler::receive, inbound);
      }
    };
  }

  @Override
  void subscribed(Subscription s) {
    s.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(Message answer) {
    if (succeed()) {
      actual.onNext(answer);
      actual.onComplete();
    }
  }

  @Override
  public void onComplete() {
    if (!isEnded()) {
      onNext(Message.empty());
    }
  }

  @Override
  public void request(long n) {
    Operators.validate(n);
  }
}
