package dev.parley.messenger;

import dev.parley.AgentId;
import dev.parley.Annex;
import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.Trail;
import dev.parley.spi.ExchangeFilter;
import dev.parley.spi.InteractionModel;
import dev.parley.spi.Link;
import dev.parley.spi.NodeListener.Activity;
import dev.parley.spi.NodeListener.Outcome;
import dev.parley.spi.Outbound;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One interaction of ours, from the subscriber's demand to its end: open link or connect, hand
 * over, and again where the link turned out to be stale. It is subscription, subscriber and timer
 * entry in one object, since an operator for each costs more than the encryption (see JMH {@code
 * SendBenchmark}).
 *
 * <p>What a subscriber throws is its own end, and nobody else's: an Error that passes through its
 * operators must not reach the link, the timer or the race of the dial, which are there for others.
 */
abstract class OutgoingCall extends DeadlineWheel.Entry
    implements CoreSubscriber<Message>, Subscription, Outbound.Departure {
  private static final AtomicIntegerFieldUpdater<OutgoingCall> STATE =
      AtomicIntegerFieldUpdater.newUpdater(OutgoingCall.class, "state");
  private static final AtomicIntegerFieldUpdater<OutgoingCall> DISPATCHED =
      AtomicIntegerFieldUpdater.newUpdater(OutgoingCall.class, "dispatched");
  private static final AtomicReferenceFieldUpdater<OutgoingCall, Subscription> UPSTREAM =
      AtomicReferenceFieldUpdater.newUpdater(OutgoingCall.class, Subscription.class, "upstream");
  private static final int NEW = 0;
  private static final int RUNNING = 1;
  private static final int ENDED = 2;
  private static final int NOT_HANDED_OVER = 0;
  private static final int HANDED_OVER = 1; // to a link, where it may wait
  private static final int LEFT = 2;
  private static final int MAX_ATTEMPTS = 3;

  final Messenger messenger;
  final AgentId peer;
  final InteractionModel model;
  final String route;
  final CoreSubscriber<? super Message> actual;

  private volatile int state;

  @SuppressWarnings("unused") // through UPSTREAM
  private volatile @Nullable Subscription upstream;

  private volatile Trail.@Nullable Recorder trail;
  private volatile int dispatched;
  private long startNanos;
  private long handedNanos;
  private @Nullable Activity activity;
  private int attempts;

  OutgoingCall(
      Messenger messenger,
      AgentId peer,
      InteractionModel model,
      String route,
      CoreSubscriber<? super Message> actual) {
    this.messenger = messenger;
    this.peer = peer;
    this.model = model;
    this.route = route;
    this.actual = actual;
  }

  /** When to call {@link #expire} first, for a call that starts at {@code startNanos}. */
  abstract long firstExpiry(long startNanos);

  /** Hands the message to the link and subscribes to what becomes of it. */
  abstract void dispatch(Link link);

  /** The same by way of a filter. */
  abstract void dispatch(ExchangeFilter filter, Link link);

  /** What stands around it; null where nothing does. */
  @Nullable ExchangeFilter filter() {
    return messenger.filter();
  }

  /** Whether the message, of which nothing has left, may go over another link. */
  boolean isRepeatable() {
    return true;
  }

  final boolean isNew() {
    return state == NEW;
  }

  final boolean isEnded() {
    return state == ENDED;
  }

  final boolean isDispatched() {
    return dispatched != NOT_HANDED_OVER;
  }

  /** The link is about to send it. */
  @Override
  public final void leaving() {
    DISPATCHED.lazySet(this, LEFT);
  }

  /** Starts, unless it was cancelled or there is too much under way. */
  final void start() {
    if (!messenger.sends().take()) {
      refuse();
      return;
    }
    startNanos = messenger.nanos();
    long expiry = firstExpiry(startNanos);
    activity = messenger.listener().sending(model, peer, route, actual.currentContext());
    if (!STATE.compareAndSet(this, NEW, RUNNING)) {
      messenger.sends().giveBack(); // cancelled meanwhile
      endActivity(Outcome.cancelled(Phase.RESOLVE));
      return;
    }
    arm(expiry);
    if (state != ENDED) {
      go();
    }
  }

  private void refuse() {
    if (STATE.compareAndSet(this, NEW, ENDED)) {
      MessagingException e = Refusals.overloaded(peer, messenger.sends());
      messenger.listener().sent(model, 0, Outcome.failure(e));
      actual.onError(e);
    }
  }

  /** Has {@link #expire} called at a time. */
  final void arm(long expiryNanos) {
    messenger.wheel().arm(this, expiryNanos);
    if (state == ENDED) {
      messenger.wheel().cancel(this); // whoever ended it came before the wheel had it
    }
  }

  private void go() {
    attempts++;
    Link link = messenger.transport().openLink(peer);
    if (link != null) {
      handedNanos = attempts == 1 ? startNanos : messenger.nanos();
      dispatched(link);
    } else {
      messenger.dial(peer, r -> this.trail = r, context()).subscribe(new Connecting(this));
    }
  }

  /** There is a link now. */
  final void connected(Link link) {
    if (state != ENDED) {
      handedNanos = messenger.nanos();
      dispatched(link);
    }
  }

  private void dispatched(Link link) {
    DISPATCHED.lazySet(this, HANDED_OVER);
    ExchangeFilter filter = filter();
    if (filter == null) {
      dispatch(link);
      return;
    }
    try {
      dispatch(filter, link);
    } catch (Throwable t) { // Reactor passes on what it takes for fatal
      onError(t);
    }
  }

  @Override
  public void cancel() {
    endCancelled();
  }

  /** Ends it by the caller's will and stops the other side; false when it had ended. */
  final boolean endCancelled() {
    if (!end()) {
      return false;
    }
    messenger.wheel().cancel(this);
    stopUpstream();
    told(Outcome.cancelled(Phase.AWAIT));
    return true;
  }

  /** Whether anything of it can have left. */
  final boolean hasLeft() {
    return dispatched == LEFT;
  }

  /** Where it is before it is handed over. */
  final Phase phaseBefore() {
    Trail.Recorder recorder = trail;
    return recorder == null ? Phase.RESOLVE : recorder.phase();
  }

  /** The step at which it is now. */
  abstract Phase phase();

  /** What is known of the peer's handler, of a call that ends in {@code phase}. */
  abstract Executed executed(Phase phase);

  /** Ends it as timed out. */
  final void timeOut(String detail) {
    Phase phase = phase();
    endBy(MessagingException.builder(FailureCode.TIMEOUT, phase).detail(detail), phase);
  }

  @Override
  final void shutDown() {
    Phase phase = phase();
    endBy(Refusals.closed(phase), phase);
  }

  private void endBy(MessagingException.Builder e, Phase phase) {
    if (end()) {
      stopUpstream();
      fail(withTrail(e.executed(executed(phase)).peer(peer)));
    }
  }

  /** Ends it as a success; false when it had ended. */
  final boolean succeed() {
    if (!end()) {
      return false;
    }
    messenger.wheel().cancel(this);
    told(Outcome.success());
    return true;
  }

  @Override
  public void onError(Throwable t) {
    if (state == ENDED) {
      return;
    }
    if (t instanceof MessagingException e && isStaleLink(e) && attempts < MAX_ATTEMPTS) {
      dispatched = NOT_HANDED_OVER;
      messenger.listener().retried(model);
      go();
      return;
    }
    if (end()) {
      messenger.wheel().cancel(this);
      fail(t instanceof MessagingException e ? complete(e) : internal(t));
    }
  }

  /** The link was found open and turned out not to be, and nothing of the message had left. */
  private boolean isStaleLink(MessagingException e) {
    return isDispatched()
        && e.executed() == Executed.NO
        && (e.code() == FailureCode.CONNECTION_LOST || e.code() == FailureCode.SHUT_DOWN)
        && !messenger.isClosed()
        && isRepeatable();
  }

  /** What the caller is told of a failure of the link's. */
  MessagingException complete(MessagingException e) {
    if (e.code() == FailureCode.CONNECTION_LOST && messenger.isDraining()) {
      return Refusals.closed(e.phase())
          .executed(e.executed())
          .trail(e.trail())
          .cause(e)
          .peer(peer)
          .build();
    }
    return e.peer() == null ? e.toBuilder().peer(peer).build() : e;
  }

  private MessagingException internal(Throwable t) {
    Phase phase = phase();
    return messenger.handlerErrors().internal(what(), peer, phase, executed(phase), t);
  }

  private String what() {
    return "a " + model.name().toLowerCase(Locale.ROOT) + " of ours";
  }

  private MessagingException withTrail(MessagingException.Builder e) {
    Trail.Recorder recorder = trail;
    return (recorder == null ? e : e.trail(recorder.snapshot())).build();
  }

  private void fail(MessagingException e) {
    told(Outcome.failure(e));
    tell(e);
  }

  /**
   * Signals the failure with which it has ended; on any thread, also while an item is signalled.
   */
  void tell(Throwable failure) {
    try {
      actual.onError(failure);
    } catch (Throwable t) {
      messenger.handlerErrors().subscriberThrew(t);
    }
  }

  final void tellComplete() {
    try {
      actual.onComplete();
    } catch (Throwable t) {
      messenger.handlerErrors().subscriberThrew(t);
    }
  }

  private void told(Outcome outcome) {
    messenger.listener().sent(model, elapsed(), outcome);
    endActivity(outcome);
  }

  private void endActivity(Outcome outcome) {
    Activity a = activity;
    if (a != null) {
      a.ended(outcome);
    }
  }

  /** What the link sends, with the trace that the call belongs to. */
  final Outbound outbound(Message message, long deadlineNanos) {
    Activity a = activity;
    return new Outbound(
        route,
        message,
        deadlineNanos,
        Outbound.remainingMillis(deadlineNanos - handedNanos),
        a == null ? null : Annex.of(a.trace()),
        this);
  }

  private Context context() {
    Activity a = activity;
    return a == null ? actual.currentContext() : a.addTo(actual.currentContext());
  }

  private long elapsed() {
    return messenger.nanos() - startNanos;
  }

  private boolean end() {
    int before = STATE.getAndSet(this, ENDED);
    if (before == RUNNING) {
      messenger.sends().giveBack();
    }
    return before == RUNNING;
  }

  /** Takes the subscription of the present stage; false when it is over already. */
  final boolean adopt(Subscription s) {
    UPSTREAM.set(this, s);
    if (state == ENDED) {
      s.cancel();
      return false;
    }
    return true;
  }

  private void stopUpstream() {
    Subscription s = UPSTREAM.getAndSet(this, Operators.cancelledSubscription());
    if (s != null) {
      s.cancel();
    }
  }

  @Override
  public final Context currentContext() {
    return actual.currentContext();
  }
}
