package dev.parley.messenger;

import dev.parley.HandlerFailure;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.spi.InteractionModel;
import java.util.function.Function;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;

/** One message that a handler answers with many, as the consumer asks for them. */
final class ReceiveFlow extends HandlerCall {
  private final SerialSignals signals = new SerialSignals(actual::onError);
  private final int held;
  private final Operators.DeferredSubscription flow = new Operators.DeferredSubscription();

  private ReceiveFlow(
      LinkReceiver at,
      InteractionModel model,
      Inbound inbound,
      CoreSubscriber<? super Message> actual) {
    super(at, model, inbound, actual);
    held = held(inbound);
  }

  /** A publisher that runs {@code handler} on {@code inbound} once. */
  static Flux<Message> of(
      LinkReceiver at,
      InteractionModel model,
      Function<Inbound, Flux<Message>> handler,
      Inbound inbound) {
    Scheduler scheduler = at.messenger.handlerScheduler();
    // Demand comes on the event loop, and a source that computes its items does so where it is
    // asked for them.
    Function<Inbound, Flux<Message>> placed =
        scheduler == null ? handler : in -> handler.apply(in).subscribeOn(scheduler);
    return new Flux<>() {
      @Override
      public void subscribe(CoreSubscriber<? super Message> actual) {
        ReceiveFlow call = new ReceiveFlow(at, model, inbound, actual);
        actual.onSubscribe(call);
        call.start(placed, inbound);
      }
    };
  }

  @Override
  int held() {
    return held;
  }

  @Override
  void subscribed(Subscription s) {
    flow.set(s);
  }

  @Override
  public void request(long n) {
    if (Operators.validate(n)) {
      flow.request(n);
    }
  }

  @Override
  public void onNext(Message item) {
    if (isEnded() || !signals.enter()) {
      return;
    }
    try {
      actual.onNext(item);
    } finally {
      signals.leave();
    }
  }

  @Override
  void tell(HandlerFailure failure) {
    signals.fail(failure);
  }

  @Override
  public void cancel() {
    signals.cancelled();
    super.cancel();
  }

  @Override
  public void onComplete() {
    if (succeed()) {
      actual.onComplete();
    }
  }
}
