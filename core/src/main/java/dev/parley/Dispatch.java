package dev.parley;

import dev.parley.spi.InteractionModel;
import dev.parley.spi.Link;
import dev.parley.spi.Receiver;
import dev.parley.spi.Refusal;
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
  private final Map<String, MessageHandler> messages = new ConcurrentHashMap<>();
  private final Map<String, SignalHandler> signals = new ConcurrentHashMap<>();
  private final Map<String, StreamHandler> streams = new ConcurrentHashMap<>();
  private final Map<String, ChannelHandler> channels = new ConcurrentHashMap<>();

  Dispatch(Messenger messenger) {
    this.messenger = messenger;
  }

  Disposable receive(String route, MessageHandler handler) {
    return put(messages, route, handler);
  }

  Disposable receiveSignals(String route, SignalHandler handler) {
    return put(signals, route, handler);
  }

  Disposable receiveStreams(String route, StreamHandler handler) {
    return put(streams, route, handler);
  }

  Disposable receiveChannels(String route, ChannelHandler handler) {
    return put(channels, route, handler);
  }

  private static <H> Disposable put(Map<String, H> handlers, String route, H handler) {
    handlers.put(SendOptions.checkedRoute(route), Objects.requireNonNull(handler, "handler"));
    return Disposables.composite(() -> handlers.remove(route, handler));
  }

  @Override
  public Mono<Message> requestResponse(Link link, Inbound request) {
    MessageHandler handler = messages.get(request.route());
    if (handler == null) {
      return Mono.error(noReceiver());
    }
    return ReceiveCall.of(messenger, InteractionModel.REQUEST, handler, request);
  }

  @Override
  public Mono<Void> fireAndForget(Link link, Inbound request) {
    SignalHandler handler = signals.get(request.route());
    if (handler == null) {
      noReceiver();
      messenger.listener().signalDropped(Refusal.NO_RECEIVER);
      return Mono.empty();
    }
    MessageHandler silent = in -> handler.receive(in).cast(Message.class);
    return ReceiveCall.of(messenger, InteractionModel.SIGNAL, silent, request).then();
  }

  @Override
  public Flux<Message> requestStream(Link link, Inbound request) {
    StreamHandler handler = streams.get(request.route());
    if (handler == null) {
      return Flux.error(noReceiver());
    }
    return ReceiveFlow.of(messenger, InteractionModel.STREAM, handler::receive, request);
  }

  @Override
  public Flux<Message> requestChannel(Link link, Inbound first, Publisher<Message> rest) {
    ChannelHandler handler = channels.get(first.route());
    if (handler == null) {
      return Flux.error(noReceiver());
    }
    Flux<Message> items = placed(Flux.from(rest), messenger.handlerScheduler());
    return ReceiveFlow.of(
        messenger, InteractionModel.CHANNEL, opening -> handler.receive(opening, items), first);
  }

  private static Flux<Message> placed(Flux<Message> items, @Nullable Scheduler scheduler) {
    return scheduler == null ? items : items.publishOn(scheduler);
  }

  private HandlerFailure noReceiver() {
    return messenger.refuse(FailureCode.NO_RECEIVER);
  }
}
