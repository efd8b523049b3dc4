package dev.parley.observability;

import dev.parley.AgentId;
import dev.parley.LinkPath;
import dev.parley.Message;
import dev.parley.spi.Link;
import dev.parley.spi.Outbound;
import java.time.Duration;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A link that only tells what went over it. */
final class CountingLink implements Link {
  private final AgentId peer;
  private final Link.Stats stats;

  CountingLink(AgentId peer, Link.Stats stats) {
    this.peer = peer;
    this.stats = stats;
  }

  @Override
  public AgentId peer() {
    return peer;
  }

  @Override
  public LinkPath path() {
    return new LinkPath("tcp", "192.0.2.1:" + (1 + peer.hashCode() & 0xFFFF), true, "none", true);
  }

  @Override
  public long features() {
    return 0;
  }

  @Override
  public byte[] binding() {
    return new byte[32];
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public Mono<Message> requestResponse(Outbound request) {
    return Mono.empty();
  }

  @Override
  public Mono<Void> fireAndForget(Outbound request) {
    return Mono.empty();
  }

  @Override
  public Flux<Message> requestStream(Outbound request) {
    return Flux.empty();
  }

  @Override
  public Flux<Message> requestChannel(Outbound first, Publisher<Message> rest) {
    return Flux.empty();
  }

  @Override
  public Mono<Duration> ping() {
    return Mono.empty();
  }

  @Override
  public Link.Stats stats() {
    return stats;
  }

  @Override
  public Mono<Void> closeGracefully(Duration limit) {
    return Mono.empty();
  }

  @Override
  public Mono<Void> onClose() {
    return Mono.never();
  }
}
