package dev.parley;

import dev.parley.spi.InteractionModel;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;

/**
 * One message on its way through a handler: errors become {@link HandlerFailure}s, completing empty
 * becomes an empty message, and the handler is cancelled when its deadline passes.
 */
final class ReceiveCall extends DeadlineWheel.Entry
    implements CoreSubscriber<Message>, Subscription {
  private static final AtomicIntegerFieldUpdater<ReceiveCall> STATE =
      AtomicIntegerFieldUpdater.newUpdater(ReceiveCall.class, "state");
  private static final AtomicIntegerFieldUpdater<ReceiveCall> ADMITTED =
      AtomicIntegerFieldUpdater.newUpdater(ReceiveCall.class, "admitted");
  private static final int RUNNING = 0;
  private static final int ENDED = 1;

  private final Messenger messenger;
  private final InteractionModel model;
  private final CoreSubscriber<? super Message> actual;
  private final long startNanos;
  private volatile int state;
  private volatile @Nullable Subscription upstream;
  private volatile boolean cancelled;

  @SuppressWarnings("UnusedVariable") // through ADMITTED
  private volatile int admitted;

  private ReceiveCall(
      Messenger messenger, InteractionModel model, CoreSubscriber<? super Message> actual) {
    this.messenger = messenger;
    this.model = model;
    this.actual = actual;
    this.startNanos = messenger.nanos();
  }

  /** A publisher that runs {@code handler} on {@code inbound} once. */
  static Mono<Message> of(
      Messenger messenger, InteractionModel model, MessageHandler handler, Inbound inbound) {
    return new Mono<>() {
      @Override
      public void subscribe(CoreSubscriber<? super Message> actual) {
        ReceiveCall call = new ReceiveCall(messenger, model, actual);
        actual.onSubscribe(call);
        call.start(handler, inbound);
      }
    };
  }

  private void start(MessageHandler handler, Inbound inbound) {
    if (state == ENDED) {
      return;
    }
    if (!messenger.admitHandler()) {
      if (STATE.compareAndSet(this, RUNNING, ENDED)) {
        actual.onError(messenger.refuse(FailureCode.OVERLOADED));
      }
      return;
    }
    admitted = 1;
    Scheduler scheduler = messenger.handlerScheduler();
    if (scheduler == null) {
      run(handler, inbound);
      return;
    }
    try {
      scheduler.schedule(() -> run(handler, inbound));
    } catch (RejectedExecutionException e) {
      fail(messenger.refuse(FailureCode.OVERLOADED));
      released(); // where it was cancelled before it was admitted
    }
  }

  private void run(MessageHandler handler, Inbound inbound) {
    if (state == ENDED) {
      released();
      return;
    }
    if (inbound.deadlineNanos() - messenger.nanos() <= 0) {
      fail(HandlerFailure.of(FailureCode.TIMEOUT, null, null));
      return;
    }
    try {
      Mono<Message> answer = handler.receive(inbound);
      if (answer == null) {
        throw new NullPointerException("the handler returned null");
      }
      answer.subscribe(this);
    } catch (Throwable t) {
      fail(t);
      // A handler's StackOverflowError or AssertionError must not take the event loop with it.
      if (t instanceof VirtualMachineError e && !(t instanceof StackOverflowError)) {
        throw e;
      }
      return;
    }
    if (state == RUNNING) {
      messenger.wheel().arm(this, inbound.deadlineNanos());
      if (state == ENDED) {
        messenger.wheel().cancel(this);
      }
    }
  }

  @Override
  public void onSubscribe(Subscription s) {
    upstream = s;
    if (cancelled || state == ENDED) {
      s.cancel();
    } else {
      s.request(Long.MAX_VALUE);
    }
  }

  @Override
  public void onNext(Message answer) {
    if (end()) {
      messenger.listener().received(model, messenger.nanos() - startNanos, null);
      actual.onNext(answer);
      actual.onComplete();
    }
  }

  @Override
  public void onError(Throwable t) {
    fail(t);
  }

  @Override
  public void onComplete() {
    if (state != ENDED) {
      onNext(Message.empty());
    }
  }

  private void fail(Throwable t) {
    if (end()) {
      HandlerFailure failure = HandlerErrors.toFailure(t);
      messenger.listener().received(model, messenger.nanos() - startNanos, failure.code());
      actual.onError(failure);
    }
  }

  @Override
  void expire() {
    if (end()) {
      stopUpstream();
      messenger.listener().received(model, messenger.nanos() - startNanos, FailureCode.TIMEOUT);
      actual.onError(HandlerFailure.of(FailureCode.TIMEOUT, null, null));
    }
  }

  @Override
  public void request(long n) {
    Operators.validate(n);
  }

  @Override
  public void cancel() {
    cancelled = true;
    if (end()) {
      stopUpstream();
    }
  }

  private void stopUpstream() {
    Subscription s = upstream;
    if (s != null) {
      s.cancel();
    }
  }

  private boolean end() {
    if (!STATE.compareAndSet(this, RUNNING, ENDED)) {
      return false;
    }
    messenger.wheel().cancel(this);
    released();
    return true;
  }

  private void released() {
    if (ADMITTED.compareAndSet(this, 1, 0)) {
      messenger.handlerEnded();
    }
  }

  @Override
  public Context currentContext() {
    return actual.currentContext();
  }
}
