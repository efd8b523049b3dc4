package dev.parley.transport.rsocket;

import dev.parley.MessagingException;
import dev.parley.spi.Interaction;
import dev.parley.spi.Outbound;
import io.rsocket.Payload;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** One message without an answer: it waits while the link has too much to write, and then goes. */
final class SignalCall implements CoreSubscriber<Void>, Interaction, OutboundGate.Waiter {
  private static final AtomicIntegerFieldUpdater<SignalCall> STATE =
      AtomicIntegerFieldUpdater.newUpdater(SignalCall.class, "state");
  private static final int NEW = 0;
  private static final int RUNNING = 1;
  private static final int ENDED = 2;

  private final RSocketLink link;
  private final Outbound signal;
  private final CoreSubscriber<? super Void> actual;
  private volatile int state;
  private volatile boolean waits;
  private volatile boolean sent;
  private volatile @Nullable Subscription upstream;

  private SignalCall(RSocketLink link, Outbound signal, CoreSubscriber<? super Void> actual) {
    this.link = link;
    this.signal = signal;
    this.actual = actual;
  }

  static Mono<Void> of(RSocketLink link, Outbound signal) {
    return new Mono<>() {
      @Override
      public void subscribe(CoreSubscriber<? super Void> actual) {
        SignalCall call = new SignalCall(link, signal, actual);
        actual.onSubscribe(call);
        call.start(); // a Mono that never emits need not wait for demand
      }
    };
  }

  private void start() {
    if (!STATE.compareAndSet(this, NEW, RUNNING)) {
      return;
    }
    MessagingException refusal = link.refusal(signal.message());
    if (refusal != null) {
      fail(refusal);
      return;
    }
    OutboundGate gate = link.gate();
    int bytes = signal.message().size();
    if (gate.tryEnter(bytes)) {
      send();
      gate.leave(bytes);
      return;
    }
    waits = true;
    if (!gate.await(this)) {
      fail(link.tooManyWait());
    }
  }

  private void send() {
    Payload payload;
    try {
      payload = link.payload(signal);
    } catch (MessagingException e) {
      fail(e);
      return;
    }
    sent = true;
    link.requester().fireAndForget(payload).subscribe(this);
  }

  @Override
  public boolean isWaiting() {
    return state == RUNNING;
  }

  @Override
  public void proceed() {
    waits = false;
    if (state == RUNNING) {
      send();
    }
  }

  @Override
  public void linkClosed() {
    onError(new ClosedChannelException());
  }

  @Override
  public boolean isSent() {
    return sent;
  }

  @Override
  public void request(long n) {
    Operators.validate(n);
  }

  @Override
  public void cancel() {
    if (STATE.getAndSet(this, ENDED) != RUNNING) {
      return;
    }
    Subscription s = upstream;
    if (s != null) {
      s.cancel();
    }
    if (waits) {
      link.gate().abandon();
    }
  }

  @Override
  public void onSubscribe(Subscription s) {
    upstream = s;
    if (state == ENDED) {
      s.cancel();
    } else {
      s.request(Long.MAX_VALUE);
    }
  }

  @Override
  public void onNext(Void nothing) {}

  @Override
  public void onError(Throwable t) {
    fail(link.failure(t, false)); // rsocket-core fails before it writes, or not at all
  }

  @Override
  public void onComplete() {
    if (STATE.compareAndSet(this, RUNNING, ENDED)) {
      actual.onComplete();
    }
  }

  private void fail(MessagingException e) {
    if (STATE.compareAndSet(this, RUNNING, ENDED)) {
      actual.onError(e);
    }
  }

  @Override
  public Context currentContext() {
    return actual.currentContext();
  }
}
