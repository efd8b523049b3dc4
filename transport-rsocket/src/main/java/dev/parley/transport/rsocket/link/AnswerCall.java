package dev.parley.transport.rsocket.link;

import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.transport.rsocket.frame.OutboundPayload;
import dev.parley.transport.rsocket.guard.ErrorCode;
import io.rsocket.Payload;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** One answer on its way from a handler to rsocket-core; it waits while the link is full. */
final class AnswerCall implements CoreSubscriber<Message>, Subscription, OutboundGate.Waiter {
  private final RSocketLink link;
  private final CoreSubscriber<? super Payload> actual;
  private volatile @Nullable Subscription upstream;
  private volatile boolean over;
  private volatile @Nullable Message waiting;

  private AnswerCall(RSocketLink link, CoreSubscriber<? super Payload> actual) {
    this.link = link;
    this.actual = actual;
  }

  /**
   * @param requestBytes the size of the request
   * @param answer starts the handler when it is subscribed to
   */
  static Mono<Payload> of(RSocketLink link, int requestBytes, Mono<Message> answer) {
    return new Mono<>() {
      @Override
      public void subscribe(CoreSubscriber<? super Payload> actual) {
        StartCall.start(link, requestBytes, answer, new AnswerCall(link, actual));
      }
    };
  }

  @Override
  public void onSubscribe(Subscription s) {
    upstream = s;
    actual.onSubscribe(this);
  }

  @Override
  public void request(long n) {
    Subscription s = upstream;
    if (Operators.validate(n) && s != null) {
      s.request(Long.MAX_VALUE);
    }
  }

  @Override
  public void onNext(Message answer) {
    if (over) {
      return;
    }
    if (link.exceedsPeer(answer)) {
      onError(WireErrors.of(ErrorCode.ANSWER_TOO_LARGE, null));
      return;
    }
    OutboundGate gate = link.gate();
    int bytes = answer.size();
    if (gate.tryEnter(bytes)) {
      send(answer);
      gate.bytes().leave(bytes);
      return;
    }
    waiting = answer;
    if (!gate.await(this)) {
      waiting = null; // whoever made all answers at once may have all calls in hand
      onError(WireErrors.of(ErrorCode.ANSWER_DOES_NOT_FIT, null));
    }
  }

  private void send(Message answer) {
    if (over) {
      return;
    }
    over = true;
    Payload payload;
    try {
      payload = link.payload(answer);
    } catch (RuntimeException e) {
      actual.onError(WireErrors.of(e instanceof MessagingException ? e : fault(e)));
      return;
    }
    OutboundPayload.emit(actual, payload);
    actual.onComplete();
  }

  private static Throwable fault(RuntimeException e) {
    OwnFaults.log("an answer", e);
    return e;
  }

  @Override
  public boolean isWaiting() {
    return !over;
  }

  @Override
  public int heldBytes() {
    Message answer = waiting;
    return answer == null ? 0 : OutboundBytes.of(answer);
  }

  @Override
  public void proceed() {
    Message answer = waiting;
    if (answer != null) {
      send(answer);
      waiting = null;
    }
  }

  @Override
  public void linkClosed() {
    over = true;
  }

  @Override
  public void onError(Throwable t) {
    if (!over) {
      over = true;
      actual.onError(t instanceof io.rsocket.RSocketErrorException ? t : WireErrors.of(t));
    }
  }

  @Override
  public void onComplete() {
    if (!over && waiting == null) {
      onNext(Message.empty());
    }
  }

  @Override
  public void cancel() {
    over = true;
    Subscription s = upstream;
    if (s != null) {
      s.cancel();
    }
    if (waiting != null) {
      link.gate().abandon(this);
    }
  }

  @Override
  public Context currentContext() {
    return actual.currentContext();
  }
}
