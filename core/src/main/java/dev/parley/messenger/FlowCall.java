package dev.parley.messenger;

import dev.parley.AgentId;
import dev.parley.Executed;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.StreamOptions;
import dev.parley.spi.ExchangeFilter;
import dev.parley.spi.InteractionModel;
import dev.parley.spi.Link;
import dev.parley.spi.Outbound;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * One stream or channel of ours: the subscriber's demand goes to the link, however often it has to
 * be opened, and three timeouts watch over it.
 */
class FlowCall extends OutgoingCall {
  private static final AtomicLongFieldUpdater<FlowCall> RECEIVED =
      AtomicLongFieldUpdater.newUpdater(FlowCall.class, "received");
  private static final AtomicLongFieldUpdater<FlowCall> QUIET_SINCE =
      AtomicLongFieldUpdater.newUpdater(FlowCall.class, "quietSinceNanos");

  private final SerialSignals signals = new SerialSignals(super::tell);
  private final Message request;
  private final @Nullable Publisher<Message> items;
  private final StreamOptions options;
  private final long idleNanos;

  private long openByNanos;
  private long deadlineNanos;
  private @Nullable Subscription flow; // guarded by this, like the next
  private long demanded;
  private volatile long received;
  private volatile long quietSinceNanos;
  private volatile boolean itemsTaken;
  private volatile @Nullable Throwable itemsFailure;

  /**
   * @param items what a channel sends after the request; null for a stream
   * @param own what stands around this call alone, inside the node's filters; null for most
   */
  static FlowCall of(
      Messenger messenger,
      AgentId peer,
      Message request,
      @Nullable Publisher<Message> items,
      StreamOptions options,
      @Nullable ExchangeFilter own,
      CoreSubscriber<? super Message> actual) {
    return own == null
        ? new FlowCall(messenger, peer, request, items, options, actual)
        : new Filtered(messenger, peer, request, items, options, own, actual);
  }

  private FlowCall(
      Messenger messenger,
      AgentId peer,
      Message request,
      @Nullable Publisher<Message> items,
      StreamOptions options,
      CoreSubscriber<? super Message> actual) {
    super(
        messenger,
        peer,
        items == null ? InteractionModel.STREAM : InteractionModel.CHANNEL,
        options.route(),
        actual);
    this.request = request;
    this.items = items;
    this.options = options;
    this.idleNanos = options.idleTimeout().toNanos();
  }

  @Override
  public final void request(long n) {
    if (!Operators.validate(n)) {
      return;
    }
    Subscription s;
    boolean first;
    synchronized (this) {
      first = demanded == 0;
      if (idleNanos > 0 && demanded == received) {
        quietSinceNanos = messenger.nanos();
      }
      demanded = Operators.addCap(demanded, n);
      s = flow;
    }
    if (first) {
      start();
    } else if (s != null) {
      s.request(n);
    }
  }

  @Override
  final long firstExpiry(long startNanos) {
    deadlineNanos = startNanos + options.timeout().toNanos();
    openByNanos = startNanos + options.openTimeout().toNanos();
    long first = earlier(openByNanos, deadlineNanos);
    return idleNanos > 0 ? earlier(first, startNanos + idleNanos) : first;
  }

  @Override
  final void dispatch(Link link) {
    quietSinceNanos = messenger.nanos();
    over(link, outbound(request, deadlineNanos)).subscribe(this);
  }

  @Override
  final void dispatch(ExchangeFilter filter, Link link) {
    quietSinceNanos = messenger.nanos();
    Outbound outbound = outbound(request, deadlineNanos);
    FilteredCall.subscribe(filter, model, link, outbound, r -> over(link, r), this);
  }

  private Flux<Message> over(Link link, Outbound outbound) {
    Publisher<Message> rest = items;
    return rest == null
        ? link.requestStream(outbound)
        : link.requestChannel(
            outbound,
            Flux.from(rest).doOnSubscribe(s -> itemsTaken = true).doOnError(t -> itemsFailure = t));
  }

  @Override
  final boolean isRepeatable() {
    return received == 0 && !itemsTaken;
  }

  @Override
  public final void onSubscribe(Subscription s) {
    if (adopt(s)) {
      long n;
      synchronized (this) {
        flow = s;
        n = demanded;
      }
      s.request(n);
    }
  }

  @Override
  public final void onNext(Message item) {
    if (isEnded() || !signals.enter()) {
      return;
    }
    RECEIVED.lazySet(this, received + 1); // one thread at a time, as Reactive Streams has it
    if (idleNanos > 0) {
      QUIET_SINCE.lazySet(this, messenger.nanos());
    }
    try {
      actual.onNext(item);
    } catch (Throwable t) {
      messenger.handlerErrors().subscriberThrew(t);
      if (endCancelled()) {
        tell(t);
      }
    } finally {
      signals.leave();
    }
  }

  @Override
  final void tell(Throwable failure) {
    signals.fail(failure);
  }

  @Override
  public final void cancel() {
    signals.cancelled();
    super.cancel();
  }

  @Override
  public final void onComplete() {
    if (succeed()) {
      tellComplete();
    }
  }

  @Override
  public final void onError(Throwable t) {
    Throwable own = itemsFailure;
    if (own != null) {
      if (endCancelled()) { // by the caller, whose items failed
        tell(own);
      }
      return;
    }
    synchronized (this) {
      flow = null;
    }
    super.onError(t);
  }

  @Override
  final MessagingException complete(MessagingException e) {
    MessagingException whole = super.complete(e);
    return received > 0 && whole.executed() != Executed.YES
        ? whole.toBuilder().executed(Executed.YES).build()
        : whole;
  }

  @Override
  final void expire() {
    long now = messenger.nanos();
    boolean sent = phase() == Phase.AWAIT;
    if (deadlineNanos - now <= 0) {
      timeOut("not over within " + options.timeout().toMillis() + " ms");
    } else if (!sent && openByNanos - now <= 0) {
      timeOut("not open within " + options.openTimeout().toMillis() + " ms");
    } else if (isIdle(now)) {
      timeOut("nothing came for " + options.idleTimeout().toMillis() + " ms");
    } else {
      arm(nextExpiry(now, sent));
    }
  }

  @Override
  final Phase phase() {
    if (!isDispatched()) {
      return phaseBefore();
    }
    return hasLeft() ? Phase.AWAIT : Phase.SEND;
  }

  @Override
  final Executed executed(Phase phase) {
    return received > 0 ? Executed.YES : phase == Phase.AWAIT ? Executed.UNKNOWN : Executed.NO;
  }

  private boolean isIdle(long now) {
    return idleNanos > 0 && isWaiting() && now - quietSinceNanos >= idleNanos;
  }

  private synchronized boolean isWaiting() {
    return flow != null && demanded > received;
  }

  private long nextExpiry(long now, boolean sent) {
    long next = deadlineNanos;
    if (!sent) {
      next = earlier(next, openByNanos);
    }
    if (idleNanos > 0) {
      next = earlier(next, (isWaiting() ? quietSinceNanos : now) + idleNanos);
    }
    return next;
  }

  private static long earlier(long a, long b) {
    return a - b < 0 ? a : b;
  }

  /** One with a filter of its own; the others have no field for it. */
  private static final class Filtered extends FlowCall {
    private final ExchangeFilter own;

    Filtered(
        Messenger messenger,
        AgentId peer,
        Message request,
        @Nullable Publisher<Message> items,
        StreamOptions options,
        ExchangeFilter own,
        CoreSubscriber<? super Message> actual) {
      super(messenger, peer, request, items, options, actual);
      this.own = own;
    }

    @Override
    ExchangeFilter filter() {
      ExchangeFilter nodes = super.filter();
      return nodes == null ? own : nodes.around(own);
    }
  }
}
