package dev.parley.transport.rsocket;

import dev.parley.Message;
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

/** One request and its one answer, from rsocket-core's subscriber to ours without an operator. */
final class RequestCall
    implements CoreSubscriber<Payload>, Interaction, RequestWindow.Waiter, OutboundGate.Waiter {
  private static final AtomicIntegerFieldUpdater<RequestCall> STATE =
      AtomicIntegerFieldUpdater.newUpdater(RequestCall.class, "state");
  private static final AtomicIntegerFieldUpdater<RequestCall> PLACE =
      AtomicIntegerFieldUpdater.newUpdater(RequestCall.class, "place");
  private static final int NEW = 0;
  private static final int RUNNING = 1;
  private static final int ENDED = 2;
  private static final int HELD = 1;
  private static final int GIVEN_BACK = 2;

  private final RSocketLink link;
  private final Outbound request;
  private final CoreSubscriber<? super Message> actual;
  private volatile int state;

  @SuppressWarnings("UnusedVariable") // through PLACE
  private volatile int place;

  private volatile boolean inWindow;
  private volatile boolean inGate;
  private volatile boolean sent;
  private volatile @Nullable Subscription upstream;

  private RequestCall(RSocketLink link, Outbound request, CoreSubscriber<? super Message> actual) {
    this.link = link;
    this.request = request;
    this.actual = actual;
  }

  static Mono<Message> of(RSocketLink link, Outbound request) {
    return new Mono<>() {
      @Override
      public void subscribe(CoreSubscriber<? super Message> actual) {
        actual.onSubscribe(new RequestCall(link, request, actual));
      }
    };
  }

  @Override
  public void request(long n) {
    if (!Operators.validate(n) || !STATE.compareAndSet(this, NEW, RUNNING)) {
      return;
    }
    MessagingException refusal = link.refusal(request.message());
    if (refusal != null) {
      fail(refusal);
      return;
    }
    RequestWindow window = link.window();
    if (window.tryEnter()) {
      enter();
      return;
    }
    inWindow = true;
    if (!window.await(this)) {
      fail(link.tooManyWait());
    }
  }

  @Override
  public void enter() {
    inWindow = false;
    PLACE.set(this, HELD);
    if (state == ENDED) {
      giveBack();
      return;
    }
    OutboundGate gate = link.gate();
    int bytes = request.message().size();
    if (gate.tryEnter(bytes)) {
      send();
      gate.leave(bytes);
      return;
    }
    inGate = true;
    if (!gate.await(this)) {
      fail(link.tooManyWait());
    }
  }

  private void giveBack() {
    if (PLACE.compareAndSet(this, HELD, GIVEN_BACK)) {
      link.window().leave();
    }
  }

  private void send() {
    Payload payload;
    try {
      payload = link.payload(request);
    } catch (MessagingException e) {
      fail(e);
      return;
    }
    sent = true;
    link.requester().requestResponse(payload).subscribe(this);
  }

  @Override
  public boolean isWaiting() {
    return state == RUNNING;
  }

  @Override
  public void proceed() {
    inGate = false;
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
  public void cancel() {
    if (STATE.getAndSet(this, ENDED) != RUNNING) {
      return;
    }
    Subscription s = upstream;
    if (s != null) {
      s.cancel();
    }
    giveBack(); // behind the CANCEL, so that the peer has ended it before the next one comes
    if (inWindow) {
      link.window().abandon();
    } else if (inGate) {
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
  public void onNext(Payload payload) {
    InboundPayload answer = (InboundPayload) payload;
    if (STATE.compareAndSet(this, RUNNING, ENDED)) {
      giveBack();
      if (answer.isMalformed()) {
        actual.onError(link.malformedAnswer());
      } else {
        actual.onNext(answer.message());
        actual.onComplete();
      }
    }
  }

  @Override
  public void onError(Throwable t) {
    fail(link.failure(t, sent));
  }

  @Override
  public void onComplete() {
    // A peer may complete without a payload: an empty answer.
    if (STATE.compareAndSet(this, RUNNING, ENDED)) {
      giveBack();
      actual.onNext(Message.empty());
      actual.onComplete();
    }
  }

  private void fail(MessagingException e) {
    if (STATE.compareAndSet(this, RUNNING, ENDED)) {
      giveBack();
      actual.onError(e);
    }
  }

  @Override
  public Context currentContext() {
    return actual.currentContext();
  }
}
