package dev.parley.transport.rsocket.link;

import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.links.DroppedErrors;
import dev.parley.transport.rsocket.frame.InboundPayload;
import dev.parley.transport.rsocket.guard.EventLoops;
import dev.parley.transport.rsocket.guard.StreamDemand;
import io.rsocket.Payload;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * The items of a peer's channel: the one that opened it, which rsocket-core delivers at once, and
 * those that follow, for which the peer is asked as the handler wants them. One subscriber only;
 * its signals come on the event loop.
 */
final class ChannelItems extends Flux<Message> implements CoreSubscriber<Payload>, Subscription {
  private final RSocketLink link;
  private final StreamDemand demand;
  private final AtomicBoolean subscribed = new AtomicBoolean();
  private volatile @Nullable CoreSubscriber<? super Message> actual;
  private volatile boolean cancelled;
  private @Nullable Subscription upstream; // event loop, like the rest
  private @Nullable InboundPayload first;
  private boolean ended;
  private @Nullable MessagingException failure;
  private boolean told;

  /** Event loop, within the delivery of the frame that opened the channel. */
  ChannelItems(RSocketLink link) {
    this.link = link;
    this.demand = link.channel().out().newDemand();
    demand.opened(link.channel().deliveringStreamId());
  }

  /** What opened the channel; null when nothing did. */
  @Nullable InboundPayload first() {
    return first;
  }

  @Override
  public void subscribe(CoreSubscriber<? super Message> subscriber) {
    if (!subscribed.compareAndSet(false, true)) {
      Operators.error(
          subscriber, new IllegalStateException("the items of a channel have one subscriber"));
      return;
    }
    actual = subscriber;
    subscriber.onSubscribe(this);
    if (!EventLoops.execute(link.channel().eventLoop(), this::tellEnd)) {
      subscriber.onError(link.failures().of(new ClosedChannelException(), true));
    }
  }

  @Override
  public void request(long n) {
    if (Operators.validate(n)) {
      demand.request(n);
    }
  }

  @Override
  public void cancel() {
    cancelled = true;
    demand.close();
    EventLoops.execute(link.channel().eventLoop(), this::cancelUpstream);
  }

  /** Takes no more; event loop. */
  void cancelUpstream() {
    Subscription s = upstream;
    if (s != null && !ended) {
      ended = true;
      told = true;
      s.cancel();
    }
  }

  // ---- from rsocket-core, on the event loop

  @Override
  public void onSubscribe(Subscription s) {
    upstream = s;
    s.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(Payload payload) {
    InboundPayload item = (InboundPayload) payload;
    if (first == null) {
      first = item;
      return;
    }
    CoreSubscriber<? super Message> subscriber = actual;
    if (ended || cancelled || subscriber == null) {
      return;
    }
    if (item.isMalformed()) {
      Subscription s = upstream;
      if (s != null) {
        s.cancel();
      }
      end(link.failures().malformedAnswer());
      return;
    }
    Message message = item.message();
    demand.received(message.size());
    try {
      subscriber.onNext(message);
    } catch (Throwable t) { // a handler's Error is not the link's
      cancelUpstream();
      LinkCall.threw(subscriber, t);
      return;
    }
    demand.grant();
  }

  @Override
  public void onError(Throwable t) {
    end(link.failures().ofItems(t));
  }

  @Override
  public void onComplete() {
    end(null);
  }

  private void end(@Nullable MessagingException e) {
    if (!ended) {
      ended = true;
      failure = e;
      demand.close();
      tellEnd();
    }
  }

  private void tellEnd() {
    CoreSubscriber<? super Message> subscriber = actual;
    if (!ended || told || cancelled || subscriber == null) {
      return;
    }
    told = true;
    if (failure != null) {
      subscriber.onError(failure);
    } else {
      subscriber.onComplete();
    }
  }

  /** When a channel's handler fails, rsocket-core tells its input so, where nobody listens. */
  @Override
  public Context currentContext() {
    return DroppedErrors.CONTEXT;
  }
}
