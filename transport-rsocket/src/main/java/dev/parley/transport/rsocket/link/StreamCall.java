package dev.parley.transport.rsocket.link;

import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.links.DroppedErrors;
import dev.parley.spi.Outbound;
import dev.parley.transport.rsocket.frame.InboundPayload;
import dev.parley.transport.rsocket.frame.OutboundPayload;
import dev.parley.transport.rsocket.guard.EventLoops;
import dev.parley.transport.rsocket.guard.StreamDemand;
import io.rsocket.Payload;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One stream or channel of ours. What the caller asks for goes to the peer through {@link
 * StreamDemand}; rsocket-core is asked for everything.
 */
final class StreamCall extends LinkCall implements CoreSubscriber<Payload> {
  private final @Nullable Publisher<Message> rest;
  private final CoreSubscriber<? super Message> actual;
  private final StreamDemand demand;
  private final AtomicBoolean held = new AtomicBoolean();

  private StreamCall(
      RSocketLink link,
      Outbound request,
      @Nullable Publisher<Message> rest,
      CoreSubscriber<? super Message> actual) {
    super(link, request);
    this.rest = rest;
    this.actual = actual;
    this.demand = link.channel().out().newDemand();
  }

  /** A stream, or a channel where there is a {@code rest}. */
  static Flux<Message> of(RSocketLink link, Outbound request, @Nullable Publisher<Message> rest) {
    return new Flux<>() {
      @Override
      public void subscribe(CoreSubscriber<? super Message> actual) {
        actual.onSubscribe(new StreamCall(link, request, rest, actual));
      }
    };
  }

  @Override
  public void request(long n) {
    if (!Operators.validate(n)) {
      return;
    }
    demand.request(n);
    if (!begin()) {
      return;
    }
    if (!link.window().tryHold()) {
      fail(link.failures().tooManyStreams());
      return;
    }
    held.set(true);
    if (isWaiting()) {
      enterWindow();
    } else {
      unhold(); // cancelled before it was held
    }
  }

  @Override
  void ended(boolean hadPlace) {
    unhold();
    super.ended(hadPlace);
  }

  private void unhold() {
    if (held.compareAndSet(true, false)) {
      link.window().unhold();
    }
  }

  @Override
  void dispatch(Payload payload) {
    LinkChannel channel = link.channel();
    if (channel.eventLoop().inEventLoop()) {
      open(payload);
      return;
    }
    OutboundBytes bytes = link.gate().bytes();
    int held = heldBytes();
    bytes.reserve(held);
    Runnable opening =
        () -> {
          open(payload);
          bytes.unreserve(held);
        };
    if (!EventLoops.execute(channel.eventLoop(), opening)) {
      payload.release();
      fail(link.failures().of(new ClosedChannelException(), false));
    }
  }

  /** On the event loop, so that the link learns which stream the demand is for. */
  private void open(Payload payload) {
    if (!isWaiting()) {
      payload.release();
      return;
    }
    Publisher<Message> items = rest;
    Flux<Payload> answers =
        items == null
            ? link.requester().requestStream(payload)
            : link.requester().requestChannel(ItemsOut.channel(link, payload, items));
    link.channel().out().opening(demand, () -> OutboundPayload.subscribe(answers, this, payload));
  }

  @Override
  public void onNext(Payload payload) {
    InboundPayload item = (InboundPayload) payload;
    if (!isWaiting()) {
      return;
    }
    if (item.isMalformed()) {
      cancelUpstream();
      fail(link.failures().malformedAnswer());
      return;
    }
    Message message = item.message();
    demand.received(message.size());
    try {
      actual.onNext(message);
    } catch (Throwable t) {
      cancel();
      threw(actual, t);
      return;
    }
    demand.grant();
  }

  @Override
  public void onError(Throwable t) {
    fail(link.failures().of(t, true));
  }

  @Override
  public void onComplete() {
    if (rest != null) {
      cancelUpstream(); // what is left of the rest
    }
    if (end()) {
      actual.onComplete();
    }
  }

  @Override
  void failed(MessagingException e) {
    demand.close();
    actual.onError(e);
  }

  @Override
  public void cancel() {
    demand.close();
    super.cancel();
  }

  /** When a link is lost, rsocket-core tells a channel whose answers have ended. */
  @Override
  public Context currentContext() {
    return DroppedErrors.addTo(actual.currentContext());
  }
}
