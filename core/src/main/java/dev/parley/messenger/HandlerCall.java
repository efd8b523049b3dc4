package dev.parley.messenger;

import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.Phase;
import dev.parley.spi.InteractionModel;
import dev.parley.spi.NodeListener.Activity;
import dev.parley.spi.NodeListener.Outcome;
import dev.parley.spi.NodeListener.Refusal;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;

/**
 * One interaction on its way through a handler: it is admitted, errors become {@link
 * HandlerFailure}s, and the handler is cancelled when its deadline passes.
 *
 * <p>One object for all of it, like {@link OutgoingCall} and for the same reason.
 */
abstract class HandlerCall extends DeadlineWheel.Entry
    implements CoreSubscriber<Message>, Subscription {
  private static final AtomicIntegerFieldUpdater<HandlerCall> STATE =
      AtomicIntegerFieldUpdater.newUpdater(HandlerCall.class, "state");
  private static final AtomicReferenceFieldUpdater<HandlerCall, Activity> ACTIVITY =
      AtomicReferenceFieldUpdater.newUpdater(HandlerCall.class, Activity.class, "activity");

  /** What has longer to go is not looked at again when its handler runs where it arrived. */
  private static final long SOON_NANOS = 1_000_000_000L;

  private static final Outcome CANCELLED = Outcome.cancelled(Phase.AWAIT);

  /** A message up to this is not worth counting: a place holds as much itself. */
  private static final int SMALL_BYTES = 4096;

  private static final int NEW = 0;

  /** It waits for the scheduler of handlers. */
  private static final int ADMITTED = 1;

  private static final int BEGUN = 2;
  private static final int ENDED = 3;

  private final LinkReceiver at;
  final CoreSubscriber<? super Message> actual;
  private final InteractionModel model;
  private final String route;
  private final long startNanos;

  private volatile @Nullable Activity activity;

  private Context context;
  private volatile int state;
  private volatile @Nullable Subscription upstream;

  HandlerCall(
      LinkReceiver at,
      InteractionModel model,
      Inbound inbound,
      CoreSubscriber<? super Message> actual) {
    this.at = at;
    this.model = model;
    this.actual = actual;
    this.route = inbound.route();
    this.startNanos = inbound.arrivedNanos();
    this.context = actual.currentContext();
  }

  private Messenger messenger() {
    return at.messenger;
  }

  /** Bytes that count while it has a place; no field here, which would cost each message. */
  abstract int held();

  /** What {@link #held} is for a message. */
  static int held(Inbound inbound) {
    int size = inbound.message().size();
    return size > SMALL_BYTES ? size : 0;
  }

  /** Called with the handler's subscription, unless the call is over. */
  abstract void subscribed(Subscription s);

  /** Has the handler run, on its scheduler where there is one. */
  final void start(Function<Inbound, ? extends Publisher<Message>> handler, Inbound inbound) {
    if (state == ENDED) {
      return;
    }
    if (messenger().isClosed()) {
      if (STATE.compareAndSet(this, NEW, ENDED)) {
        actual.onError(HandlerFailure.of(FailureCode.SHUT_DOWN, null, null));
      }
      return;
    }
    if (!at.enter(held())) {
      if (STATE.compareAndSet(this, NEW, ENDED)) {
        dropped(Refusal.OVERLOADED);
        actual.onError(Refusals.toPeer(FailureCode.OVERLOADED, messenger().listener()));
      }
      return;
    }
    Scheduler scheduler = messenger().handlerScheduler();
    if (!STATE.compareAndSet(this, NEW, scheduler == null ? BEGUN : ADMITTED)) {
      at.leave(held()); // cancelled meanwhile
      return;
    }
    if (scheduler == null) {
      boolean soon = inbound.deadlineNanos() - startNanos < SOON_NANOS;
      run(handler, inbound, soon && isExpired(inbound));
      return;
    }
    arm(inbound); // here: the scheduler may take long, or end and forget the task
    if (state == ENDED) {
      return;
    }
    try {
      scheduler.schedule(
          () -> {
            if (STATE.compareAndSet(this, ADMITTED, BEGUN)) {
              run(handler, inbound, isExpired(inbound));
            }
          });
    } catch (RejectedExecutionException e) {
      dropped(Refusal.OVERLOADED);
      fail(Refusals.toPeer(FailureCode.OVERLOADED, messenger().listener()));
    }
  }

  private boolean isExpired(Inbound inbound) {
    return inbound.deadlineNanos() - messenger().nanos() <= 0;
  }

  private void run(
      Function<Inbound, ? extends Publisher<Message>> handler, Inbound inbound, boolean expired) {
    if (expired) {
      dropped(Refusal.EXPIRED);
      fail(HandlerFailure.of(FailureCode.TIMEOUT, null, null));
      return;
    }
    Activity activity = messenger().listener().receiving(model, inbound);
    if (activity != null) {
      begin(activity);
    }
    try {
      Publisher<Message> answer = handler.apply(inbound);
      if (answer == null) {
        throw new NullPointerException("the handler returned null");
      }
      answer.subscribe(this);
    } catch (Throwable t) {
      fail(t); // a handler's Error must not take the event loop or the link with it
      return;
    }
    if (state != ENDED && messenger().handlerScheduler() == null) {
      arm(inbound);
    }
  }

  private void arm(Inbound inbound) {
    messenger().wheel().arm(this, inbound.deadlineNanos());
    if (state == ENDED) {
      messenger().wheel().cancel(this);
    }
  }

  final boolean isEnded() {
    return state == ENDED;
  }

  @Override
  public final void onSubscribe(Subscription s) {
    upstream = s;
    if (state == ENDED) {
      s.cancel();
    } else {
      subscribed(s);
    }
  }

  @Override
  public final void onError(Throwable t) {
    fail(t);
  }

  private void fail(Throwable t) {
    if (end() != ENDED) {
      HandlerFailure failure = messenger().handlerErrors().toFailure(model, route, t);
      told(failed(failure));
      tell(failure);
    }
  }

  /**
   * Signals the failure with which it has ended; on any thread, also while an item is signalled.
   */
  void tell(HandlerFailure failure) {
    actual.onError(failure);
  }

  /** Ends it as a success; false when it had ended. */
  final boolean succeed() {
    if (end() == ENDED) {
      return false;
    }
    told(Outcome.success());
    return true;
  }

  private static Outcome failed(HandlerFailure failure) {
    return Outcome.failure(failure.code(), Phase.AWAIT);
  }

  private void told(Outcome outcome) {
    messenger().listener().received(model, messenger().nanos() - startNanos, outcome);
    endActivity(outcome);
  }

  /** Ends at once where the call was cancelled before the activity could be seen. */
  private void begin(Activity started) {
    context = started.addTo(context);
    activity = started;
    if (state == ENDED) {
      endActivity(CANCELLED);
    }
  }

  private void endActivity(Outcome outcome) {
    if (activity == null) {
      return; // who begins one now sees the end
    }
    Activity ended = ACTIVITY.getAndSet(this, null);
    if (ended != null) {
      ended.ended(outcome);
    }
  }

  private void dropped(Refusal reason) {
    if (model == InteractionModel.SIGNAL) {
      messenger().listener().signalDropped(reason);
    }
  }

  @Override
  final void expire() {
    int before = end();
    if (before == ADMITTED) {
      dropped(Refusal.EXPIRED);
    }
    stopped(before, HandlerFailure.of(FailureCode.TIMEOUT, null, null));
  }

  /** Says SHUT_DOWN only where no handler has run, since the caller takes it for that. */
  @Override
  final void shutDown() {
    int before = end();
    stopped(
        before,
        before == BEGUN
            ? HandlerFailure.failed("the node was closed while it answered")
            : HandlerFailure.of(FailureCode.SHUT_DOWN, null, null));
  }

  private void stopped(int before, HandlerFailure failure) {
    if (before != ENDED) {
      stopUpstream();
      told(failed(failure));
      tell(failure);
    }
  }

  @Override
  public void cancel() {
    int before = end();
    if (before == NEW) {
      endActivity(CANCELLED);
    } else if (before != ENDED) {
      stopUpstream();
      told(CANCELLED);
    }
  }

  private void stopUpstream() {
    Subscription s = upstream;
    if (s != null) {
      s.cancel();
    }
  }

  /** Ends it, and tells how far it had come. */
  private int end() {
    int before = STATE.getAndSet(this, ENDED);
    if (before != ENDED) {
      messenger().wheel().cancel(this);
    }
    if (before == ADMITTED || before == BEGUN) {
      at.leave(held());
    }
    return before;
  }

  @Override
  public final Context currentContext() {
    return context;
  }
}
