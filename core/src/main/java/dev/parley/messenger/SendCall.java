package dev.parley.messenger;

import dev.parley.AgentId;
import dev.parley.Executed;
import dev.parley.Message;
import dev.parley.Phase;
import dev.parley.SendOptions;
import dev.parley.spi.ExchangeFilter;
import dev.parley.spi.InteractionModel;
import dev.parley.spi.Link;
import dev.parley.spi.Outbound;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** One send or signal: awaits the answer, if there is one, with one deadline over all of it. */
final class SendCall extends OutgoingCall {
  private final Message message;
  private final SendOptions options;
  private long deadlineNanos;

  @SuppressWarnings("unused") // written, so that what it was read from is read
  private int prefetched;

  SendCall(
      Messenger messenger,
      AgentId peer,
      Message message,
      SendOptions options,
      InteractionModel model,
      CoreSubscriber<? super Message> actual) {
    super(messenger, peer, model, options.route(), actual);
    this.message = message;
    this.options = options;
  }

  @Override
  public void request(long n) {
    if (Operators.validate(n) && isNew()) {
      start();
    }
  }

  @Override
  long firstExpiry(long startNanos) {
    deadlineNanos = startNanos + options.timeout().toNanos();
    return deadlineNanos;
  }

  @Override
  void dispatch(Link link) {
    Outbound outbound = outbound(message, deadlineNanos);
    if (isSignal()) {
      link.fireAndForget(outbound).subscribe(new Handing());
    } else {
      link.requestResponse(outbound).subscribe(this);
    }
  }

  @Override
  void dispatch(ExchangeFilter filter, Link link) {
    FilteredCall.subscribe(
        filter,
        model,
        link,
        outbound(message, deadlineNanos),
        request ->
            isSignal()
                ? link.fireAndForget(request).cast(Message.class)
                : link.requestResponse(request),
        this);
  }

  private boolean isSignal() {
    return model == InteractionModel.SIGNAL;
  }

  @Override
  void expire() {
    timeOut(
        (isSignal() ? "not sent within " : "no answer within ")
            + options.timeout().toMillis()
            + " ms");
  }

  @Override
  Phase phase() {
    if (!isDispatched()) {
      return phaseBefore();
    }
    return isSignal() || isWaitingToBeSent() ? Phase.SEND : Phase.AWAIT;
  }

  @Override
  Executed executed(Phase phase) {
    return phase == Phase.AWAIT ? Executed.UNKNOWN : Executed.NO;
  }

  @Override
  public void onSubscribe(Subscription s) {
    if (adopt(s)) {
      s.request(Long.MAX_VALUE);
    }
  }

  @Override
  public void onNext(Message answer) {
    if (following() instanceof SendCall next) {
      prefetched = next.prefetch();
    }
    if (succeed()) {
      actual.onNext(answer);
      actual.onComplete();
    }
  }

  @Override
  public void onComplete() {
    if (isSignal()) {
      sent();
    } else if (!isEnded()) {
      onError(new IllegalStateException("a link completed without an answer"));
    }
  }

  private void sent() {
    if (succeed()) {
      actual.onComplete();
    }
  }

  /** The last stage of a signal. */
  private final class Handing implements CoreSubscriber<Void> {
    @Override
    public void onSubscribe(Subscription s) {
      SendCall.this.onSubscribe(s);
    }

    @Override
    public void onNext(Void nothing) {}

    @Override
    public void onError(Throwable t) {
      SendCall.this.onError(t);
    }

    @Override
    public void onComplete() {
      sent();
    }

    @Override
    public Context currentContext() {
      return actual.currentContext();
    }
  }
}
