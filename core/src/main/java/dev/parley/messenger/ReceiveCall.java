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
class ReceiveCall extends HandlerCall {
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
        ReceiveCall call =
            held(inbound) == 0
                ? new ReceiveCall(at, model, inbound, actual)
                : new Large(at, model, inbound, actual);
        actual.onSubscribe(call);
        call.start(handler::receive, inbound);
      }
    };
  }

  /** One whose message counts. */
  private static final class Large extends ReceiveCall {
    private final int held;

    Large(
        LinkReceiver at,
        InteractionModel model,
        Inbound inbound,
        CoreSubscriber<? super Message> actual) {
      super(at, model, inbound, actual);
      held = held(inbound);
    }

    @Override
    int held() {
      return held;
    }
  }

  @Override
  int held() {
    return 0;
  }

  @Override
  final void subscribed(Subscription s) {
    s.request(Long.MAX_VALUE);
  }

  @Override
  public final void onNext(Message answer) {
    if (succeed()) {
      actual.onNext(answer);
      actual.onComplete();
    }
  }

  @Override
  public final void onComplete() {
    if (!isEnded()) {
      onNext(Message.empty());
    }
  }

  @Override
  public final void request(long n) {
    Operators.validate(n);
  }
}
