package dev.parley.messenger;

import dev.parley.FailureCode;
import dev.parley.Handler;
import dev.parley.HandlerFailure;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.shares.Share;
import dev.parley.spi.InteractionModel;
import dev.parley.spi.Link;
import dev.parley.spi.NodeListener.Refusal;
import dev.parley.spi.Receiver;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Hands what arrives on one link to the handlers. Thread-safe. */
final class LinkReceiver implements Receiver {
  final Messenger messenger;
  private final Intake intake;
  private final Share handlers;
  private final Share bytes;
  private final Dispatch dispatch;

  /**
   * @param handlers of the places of handlers what this link has
   * @param bytes of the bytes that handlers hold what this link has
   */
  LinkReceiver(Messenger messenger, Intake intake, Share handlers, Share bytes) {
    this.messenger = messenger;
    this.intake = intake;
    this.handlers = handlers;
    this.bytes = bytes;
    dispatch = messenger.dispatch();
  }

  /** Takes a handler's place and the bytes that it is to hold; {@link #leave} gives both back. */
  boolean enter(int held) {
    if (!handlers.take()) {
      return false;
    }
    boolean fits = held == 0 || bytes.take(held);
    if (fits && !(intake.isShedding() && bytes.isWithinCrowding())) {
      return true;
    }
    leave(fits ? held : 0);
    return false;
  }

  void leave(int held) {
    handlers.give();
    if (held > 0) {
      bytes.give(held);
    }
  }

  @Override
  public Mono<Message> requestResponse(Link link, Inbound request) {
    Handler.Messages handler = dispatch.messages(request.route());
    if (handler == null) {
      Receiver other = other(request);
      return other == null ? Mono.error(noReceiver()) : other.requestResponse(link, request);
    }
    return ReceiveCall.of(this, InteractionModel.REQUEST, handler, request);
  }

  @Override
  public Mono<Void> fireAndForget(Link link, Inbound request) {
    Handler.Signals handler = dispatch.signals(request.route());
    if (handler == null) {
      Receiver other = other(request);
      if (other != null) {
        return other.fireAndForget(link, request);
      }
      noReceiver();
      messenger.listener().signalDropped(Refusal.NO_RECEIVER);
      return Mono.empty();
    }
    Handler.Messages silent = in -> handler.receive(in).cast(Message.class);
    return ReceiveCall.of(this, InteractionModel.SIGNAL, silent, request).then();
  }

  @Override
  public Flux<Message> requestStream(Link link, Inbound request) {
    Handler.Streams handler = dispatch.streams(request.route());
    if (handler == null) {
      Receiver other = other(request);
      return other == null ? Flux.error(noReceiver()) : other.requestStream(link, request);
    }
    return ReceiveFlow.of(this, InteractionModel.STREAM, handler::receive, request);
  }

  @Override
  public Flux<Message> requestChannel(Link link, Inbound first, Publisher<Message> rest) {
    Handler.Channels handler = dispatch.channels(first.route());
    if (handler == null) {
      Receiver other = other(first);
      return other == null ? Flux.error(noReceiver()) : other.requestChannel(link, first, rest);
    }
    return channel(handler, first, rest);
  }

  Flux<Message> channel(Handler.Channels handler, Inbound first, Publisher<Message> rest) {
    Scheduler scheduler = messenger.handlerScheduler();
    Flux<Message> items = Flux.from(rest);
    Flux<Message> placed = scheduler == null ? items : items.publishOn(scheduler);
    return ReceiveFlow.of(
        this, InteractionModel.CHANNEL, opening -> handler.receive(opening, placed), first);
  }

  /** Who answers what is no handler's; null where nobody does. */
  private @Nullable Receiver other(Inbound request) {
    Dispatch.Delegate delegate = dispatch.delegate(request.route());
    return delegate == null ? null : delegate.on(this);
  }

  HandlerFailure noReceiver() {
    return Refusals.toPeer(FailureCode.NO_RECEIVER, messenger.listener());
  }
}
