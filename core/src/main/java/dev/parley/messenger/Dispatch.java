package dev.parley.messenger;

import dev.parley.FailureCode;
import dev.parley.Handler;
import dev.parley.HandlerFailure;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.SendOptions;
import dev.parley.spi.InteractionModel;
import dev.parley.spi.Link;
import dev.parley.spi.NodeListener.Refusal;
import dev.parley.spi.Protocol;
import dev.parley.spi.Receiver;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The handlers of every route, and what hands arriving messages to them. Thread-safe. */
final class Dispatch implements Receiver {
  private final Messenger messenger;
  private final Map<String, Handler.Messages> messages = new ConcurrentHashMap<>();
  private final Map<String, Handler.Signals> signals = new ConcurrentHashMap<>();
  private final Map<String, Handler.Streams> streams = new ConcurrentHashMap<>();
  private final Map<String, Handler.Channels> channels = new ConcurrentHashMap<>();
  private final Map<String, Receiver> delegates = new ConcurrentHashMap<>(); // of protocols

  Dispatch(Messenger messenger) {
    this.messenger = messenger;
  }

  Disposable receive(String route, Handler.Messages handler) {
    return put(messages, route, handler);
  }

  Disposable receiveSignals(String route, Handler.Signals handler) {
    return put(signals, route, handler);
  }

  Disposable receiveStreams(String route, Handler.Streams handler) {
    return put(streams, route, handler);
  }

  Disposable receiveChannels(String route, Handler.Channels handler) {
    return put(channels, route, handler);
  }

  /** Answers by {@code receiver} where no handler does; see {@link dev.parley.spi.Host#answer}. */
  void delegate(String route, Receiver receiver) {
    if (!route.startsWith(Protocol.RESERVED)) {
      throw new IllegalArgumentException(
          "route '" + route + "' must start with " + Protocol.RESERVED);
    }
    Objects.requireNonNull(receiver, "receiver");
    if (delegates.putIfAbsent(SendOptions.checkedRoute(route), receiver) != null) {
      throw new IllegalArgumentException("route '" + route + "' is answered by another protocol");
    }
  }

  /** Who else answers on a route that has no handler. */
  private @Nullable Receiver delegate(String route) {
    if (!route.startsWith(Protocol.RESERVED)) {
      return null;
    }
    Receiver exact = delegates.get(route);
    if (exact != null) {
      return exact;
    }
    for (Map.Entry<String, Receiver> one : delegates.entrySet()) {
      String key = one.getKey();
      if (key.endsWith("*") && route.startsWith(key.substring(0, key.length() - 1))) {
        return one.getValue();
      }
    }
    return null;
  }

  private static <H> Disposable put(Map<String, H> handlers, String route, H handler) {
    handlers.put(SendOptions.checkedRoute(route), Objects.requireNonNull(handler, "handler"));
    return Disposables.composite(() -> handlers.remove(route, handler));
  }

  @Override
  public Mono<Message> requestResponse(Link link, Inbound request) {
    Handler.Messages handler = messages.get(request.route());
    if (handler == null) {
      Receiver other = delegate(request.route());
      return other == null ? Mono.error(noReceiver()) : other.requestResponse(link, request);
    }
    return ReceiveCall.of(messenger, InteractionModel.REQUEST, handler, request);
  }

  @Override
  public Mono<Void> fireAndForget(Link link, Inbound request) {
    Handler.Signals handler = signals.get(request.route());
    if (handler == null) {
      Receiver other = delegate(request.route());
      if (other != null) {
        return other.fireAndForget(link, request);
      }
      noReceiver();
      messenger.listener().signalDropped(Refusal.NO_RECEIVER);
      return Mono.empty();
    }
    Handler.Messages silent = in -> handler.receive(in).cast(Message.class);
    return ReceiveCall.of(messenger, InteractionModel.SIGNAL, silent, request).then();
  }

  @Override
  public Flux<Message> requestStream(Link link, Inbound request) {
    Handler.Streams handler = streams.get(request.route());
    if (handler == null) {
      Receiver other = delegate(request.route());
      return other == null ? Flux.error(noReceiver()) : other.requestStream(link, request);
    }
    return ReceiveFlow.of(messenger, InteractionModel.STREAM, handler::receive, request);
  }

  @Override
  public Flux<Message> requestChannel(Link link, Inbound first, Publisher<Message> rest) {
    Handler.Channels handler = channels.get(first.route());
    if (handler == null) {
      Receiver other = delegate(first.route());
      return other == null ? Flux.error(noReceiver()) : other.requestChannel(link, first, rest);
    }
    Flux<Message> items = placed(Flux.from(rest), messenger.handlerScheduler());
    return ReceiveFlow.of(
        messenger, InteractionModel.CHANNEL, opening -> handler.receive(opening, items), first);
  }

  private static Flux<Message> placed(Flux<Message> items, @Nullable Scheduler scheduler) {
    return scheduler == null ? items : items.publishOn(scheduler);
  }

  private HandlerFailure noReceiver() {
    return Refusals.toPeer(FailureCode.NO_RECEIVER, messenger.listener());
  }
}
