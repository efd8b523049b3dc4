package dev.parley;

import java.time.Duration;
import java.util.Collection;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A messenger as protocols see it: they may answer on reserved routes. */
record HostAgent(Messenger messenger, Dispatch dispatch) implements Agent {
  @Override
  public AgentId id() {
    return messenger.id();
  }

  @Override
  public Mono<Message> send(AgentId peer, Message message, SendOptions options) {
    return messenger.send(peer, message, options);
  }

  @Override
  public Disposable receive(String route, MessageHandler handler) {
    return dispatch.receive(route, handler);
  }

  @Override
  public Mono<Void> signal(AgentId peer, Message message, SendOptions options) {
    return messenger.signal(peer, message, options);
  }

  @Override
  public Flux<SignalResult> signalAll(
      Collection<AgentId> peers, Message message, SendOptions options) {
    return messenger.signalAll(peers, message, options);
  }

  @Override
  public Disposable receiveSignals(String route, SignalHandler handler) {
    return dispatch.receiveSignals(route, handler);
  }

  @Override
  public Flux<Message> stream(AgentId peer, Message request, StreamOptions options) {
    return messenger.stream(peer, request, options);
  }

  @Override
  public Disposable receiveStreams(String route, StreamHandler handler) {
    return dispatch.receiveStreams(route, handler);
  }

  @Override
  public Flux<Message> channel(
      AgentId peer, Message opening, Publisher<Message> items, StreamOptions options) {
    return messenger.channel(peer, opening, items, options);
  }

  @Override
  public Disposable receiveChannels(String route, ChannelHandler handler) {
    return dispatch.receiveChannels(route, handler);
  }

  @Override
  public Mono<Pong> ping(AgentId peer, Duration timeout) {
    return messenger.ping(peer, timeout);
  }

  @Override
  public Flux<Presence> presence(AgentId peer, Duration interval) {
    return messenger.presence(peer, interval);
  }

  @Override
  public Flux<PeerAddress> resolve(AgentId peer) {
    return messenger.resolve(peer);
  }
}
