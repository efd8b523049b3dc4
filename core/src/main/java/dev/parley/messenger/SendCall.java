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
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One send or signal: awaits the answer, if there is one, with one deadline over all of it.
 *
 * <p>The way of a send, in order. It is one object from the subscriber to the link, and runs on the
 * thread that subscribes until the frame is offered (step 6), unless it has to wait.
 *
 * <ol>
 *   <li>{@code Messenger.send} makes this call, cold. The caller's {@code request(n)} starts it.
 *   <li>{@link OutgoingCall#start} counts it against {@code maxConcurrentSends}, reads the clock,
 *       and arms the deadline in the {@link DeadlineWheel}. The <em>message</em> is immutable and
 *       stays the caller's.
 *   <li>{@code openLink} looks the peer's link up. Where there is none, the call waits for the race
 *       that all senders to this peer share, and goes on on the thread that ends it.
 *   <li>{@link #dispatch} hands an {@link Outbound} to the link, through the filters where there
 *       are any. Here one {@code LinkCall} of the carrier begins.
 *   <li>The link's call takes one of the places that the peer has for requests ({@code
 *       RequestWindow}), then room for its bytes ({@code OutboundGate}). Where there is none, it
 *       waits in a queue, and goes on on the link's event loop.
 *   <li>It says {@link Outbound#leaving()}: from here on nobody knows whether the peer's handler
 *       ran. rsocket-core makes the frame's header; route, headers and deadline are written behind
 *       it, and the data stays in the message. {@code RecordWriter.offer} takes the frame over, on
 *       any thread, and has the event loop woken up.
 *   <li>The event loop, which is sequential for all links it has, drains: {@code FrameGuard} sees
 *       the frame, the data is copied once into a record in the loop's {@code Scratch}, and the
 *       frame is released. The record is sealed, with others, and the batch is copied into a direct
 *       buffer that Netty owns until it is written.
 *   <li>The peer's event loop opens the record, checks the frame, and calls the handler.
 *   <li>The answer comes back in a record that {@code RecordReader} opens on our event loop. A
 *       frame is a piece of the record's array; the answer's bytes are copied out of it into a
 *       message of its own before rsocket-core returns.
 *   <li>{@link #onNext}, on the event loop: the first of answer, deadline, cancel and close wins
 *       {@code state}. The deadline is disarmed, the listener told, and the caller gets the answer.
 * </ol>
 */
class SendCall extends OutgoingCall {
  private final Message message;
  private final SendOptions options;
  private long deadlineNanos;

  /**
   * @param own what stands around this call alone, inside the node's filters; null for most
   */
  static SendCall of(
      Messenger messenger,
      AgentId peer,
      Message message,
      SendOptions options,
      InteractionModel model,
      @Nullable ExchangeFilter own,
      CoreSubscriber<? super Message> actual) {
    return own == null
        ? new SendCall(messenger, peer, message, options, model, actual)
        : new Filtered(messenger, peer, message, options, model, own, actual);
  }

  private SendCall(
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
  public final void request(long n) {
    if (Operators.validate(n) && isNew()) {
      start();
    }
  }

  @Override
  final long firstExpiry(long startNanos) {
    deadlineNanos = startNanos + options.timeout().toNanos();
    return deadlineNanos;
  }

  @Override
  final void dispatch(Link link) {
    Outbound outbound = outbound(message, deadlineNanos);
    if (isSignal()) {
      link.fireAndForget(outbound).subscribe(new Handing());
    } else {
      link.requestResponse(outbound).subscribe(this);
    }
  }

  @Override
  final void dispatch(ExchangeFilter filter, Link link) {
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
  final void expire() {
    timeOut(
        (isSignal() ? "not sent within " : "no answer within ")
            + options.timeout().toMillis()
            + " ms");
  }

  @Override
  final Phase phase() {
    if (!isDispatched()) {
      return phaseBefore();
    }
    return hasLeft() && !isSignal() ? Phase.AWAIT : Phase.SEND;
  }

  @Override
  final Executed executed(Phase phase) {
    return phase == Phase.AWAIT ? Executed.UNKNOWN : Executed.NO;
  }

  @Override
  public final void onSubscribe(Subscription s) {
    if (adopt(s)) {
      s.request(Long.MAX_VALUE);
    }
  }

  @Override
  public final void onNext(Message answer) {
    if (!succeed()) {
      return;
    }
    try {
      actual.onNext(answer);
      actual.onComplete();
    } catch (Throwable t) {
      messenger.handlerErrors().subscriberThrew(t);
      tell(t);
    }
  }

  @Override
  public final void onComplete() {
    if (isSignal()) {
      sent();
    } else if (!isEnded()) {
      onError(new IllegalStateException("a link completed without an answer"));
    }
  }

  private void sent() {
    if (succeed()) {
      tellComplete();
    }
  }

  /** One with a filter of its own; the others have no field for it. */
  private static final class Filtered extends SendCall {
    private final ExchangeFilter own;

    Filtered(
        Messenger messenger,
        AgentId peer,
        Message message,
        SendOptions options,
        InteractionModel model,
        ExchangeFilter own,
        CoreSubscriber<? super Message> actual) {
      super(messenger, peer, message, options, model, actual);
      this.own = own;
    }

    @Override
    ExchangeFilter filter() {
      ExchangeFilter nodes = super.filter();
      return nodes == null ? own : nodes.around(own);
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
