package dev.parley.transport.rsocket.link;

import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.links.DroppedErrors;
import dev.parley.spi.Outbound;
import dev.parley.transport.rsocket.frame.InboundPayload;
import dev.parley.transport.rsocket.frame.OutboundPayload;
import io.rsocket.Payload;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** One request and its one answer, from rsocket-core's subscriber to ours without an operator. */
final class RequestCall extends LinkCall implements CoreSubscriber<Payload> {
  private final CoreSubscriber<? super Message> actual;

  private RequestCall(RSocketLink link, Outbound request, CoreSubscriber<? super Message> actual) {
    super(link, request);
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
    if (Operators.validate(n) && begin()) {
      enterWindow();
    }
  }

  @Override
  void dispatch(Payload payload) {
    OutboundPayload.subscribe(link.requester().requestResponse(payload), this, payload);
  }

  @Override
  public void onNext(Payload payload) {
    InboundPayload answer = (InboundPayload) payload;
    if (!end()) {
      return;
    }
    try {
      if (answer.isMalformed()) {
        actual.onError(link.failures().malformedAnswer());
      } else {
        actual.onNext(answer.message());
        actual.onComplete();
      }
    } catch (Throwable t) {
      threw(actual, t);
    }
  }

  @Override
  public void onError(Throwable t) {
    fail(link.failures().of(t, true));
  }

  @Override
  public void onComplete() {
    // A peer may complete without a payload: an empty answer.
    if (end()) {
      actual.onNext(Message.empty());
      actual.onComplete();
    }
  }

  @Override
  void failed(MessagingException e) {
    actual.onError(e);
  }

  /** rsocket-core drops an error that meets the cancellation of its request. */
  @Override
  public Context currentContext() {
    return DroppedErrors.addTo(actual.currentContext());
  }
}
