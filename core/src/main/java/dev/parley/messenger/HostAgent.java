package dev.parley.messenger;

import dev.parley.AgentId;
import dev.parley.Handler;
import dev.parley.Message;
import dev.parley.SendOptions;
import dev.parley.StreamOptions;
import dev.parley.spi.ExchangeFilter;
import dev.parley.spi.InteractionModel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A messenger as protocols see it: they may answer on reserved routes. */
final class HostAgent extends ForwardingAgent {
  private final Dispatch dispatch;
  private final Messenger messenger;
  private final @Nullable ExchangeFilter own;

  /**
   * @param own what stands around the exchanges that it begins; null where nothing does
   */
  HostAgent(Messenger messenger, @Nullable ExchangeFilter own) {
    super(messenger);
    this.messenger = messenger;
    this.dispatch = messenger.dispatch();
    this.own = own;
  }

  @Override
  public Mono<Message> send(AgentId peer, Message message, SendOptions options) {
    return messenger.call(peer, message, options, InteractionModel.REQUEST, own);
  }

  @Override
  public Mono<Void> signal(AgentId peer, Message message, SendOptions options) {
    return messenger.call(peer, message, options, InteractionModel.SIGNAL, own).then();
  }

  @Override
  public Flux<Message> stream(AgentId peer, Message request, StreamOptions options) {
    return messenger.flow(peer, request, null, options, own);
  }

  @Override
  public Flux<Message> channel(
      AgentId peer, Message opening, Publisher<Message> items, StreamOptions options) {
    Objects.requireNonNull(items, "items");
    return messenger.flow(peer, opening, items, options, own);
  }

  @Override
  public Disposable receive(String route, Handler.Messages handler) {
    return dispatch.receive(route, handler);
  }

  @Override
  public Disposable receiveSignals(String route, Handler.Signals handler) {
    return dispatch.receiveSignals(route, handler);
  }

  @Override
  public Disposable receiveStreams(String route, Handler.Streams handler) {
    return dispatch.receiveStreams(route, handler);
  }

  @Override
  public Disposable receiveChannels(String route, Handler.Channels handler) {
    return dispatch.receiveChannels(route, handler);
  }
}
