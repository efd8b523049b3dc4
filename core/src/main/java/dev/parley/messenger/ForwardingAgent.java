package dev.parley.messenger;

import dev.parley.Agent;
import dev.parley.Agent.SignalResult;
import dev.parley.AgentId;
import dev.parley.Handler;
import dev.parley.Message;
import dev.parley.PeerAddress;
import dev.parley.Pong;
import dev.parley.Presence;
import dev.parley.SendOptions;
import dev.parley.StreamOptions;
import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An agent that leaves everything to another one, but for what a subclass does itself. */
public abstract class ForwardingAgent implements Agent {
  private final Agent to;

  /** Leaves everything to {@code to}. */
  protected ForwardingAgent(Agent to) {
    this.to = Objects.requireNonNull(to, "to");
  }

  @Override
  public AgentId id() {
    return to.id();
  }

  @Override
  public Mono<Message> send(AgentId peer, Message message, SendOptions options) {
    return to.send(peer, message, options);
  }

  @Override
  public Disposable receive(String route, Handler.Messages handler) {
    return to.receive(route, handler);
  }

  @Override
  public Mono<Void> signal(AgentId peer, Message message, SendOptions options) {
    return to.signal(peer, message, options);
  }

  @Override
  public Flux<SignalResult> signalAll(
      Collection<AgentId> peers, Message message, SendOptions options) {
    return to.signalAll(peers, message, options);
  }

  @Override
  public Disposable receiveSignals(String route, Handler.Signals handler) {
    return to.receiveSignals(route, handler);
  }

  @Override
  public Flux<Message> stream(AgentId peer, Message request, StreamOptions options) {
    return to.stream(peer, request, options);
  }

  @Override
  public Disposable receiveStreams(String route, Handler.Streams handler) {
    return to.receiveStreams(route, handler);
  }

  @Override
  public Flux<Message> channel(
      AgentId peer, Message opening, Publisher<Message> items, StreamOptions options) {
    return to.channel(peer, opening, items, options);
  }

  @Override
  public Disposable receiveChannels(String route, Handler.Channels handler) {
    return to.receiveChannels(route, handler);
  }

  @Override
  public Mono<Pong> ping(AgentId peer, Duration timeout) {
    return to.ping(peer, timeout);
  }

  @Override
  public Flux<Presence> presence(AgentId peer, Duration interval) {
    return to.presence(peer, interval);
  }

  @Override
  public Flux<PeerAddress> resolve(AgentId peer) {
    return to.resolve(peer);
  }
}
