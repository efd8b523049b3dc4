package dev.parley.node.dht;

import dev.parley.AgentId;
import dev.parley.LinkPath;
import dev.parley.Message;
import dev.parley.spi.Link;
import dev.parley.spi.Outbound;
import java.time.Duration;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An open link over which nothing comes; of interest are its peer and its path. */
class StubLink implements Link {
  private final AgentId peer;
  private final boolean dialled;

  StubLink(AgentId peer, boolean dialled) {
    this.peer = peer;
    this.dialled = dialled;
  }

  @Override
  public AgentId peer() {
    return peer;
  }

  @Override
  public LinkPath path() {
    return new LinkPath("tcp", "127.0.0.1:7400", dialled, "none", true);
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
    return Mono.never();
  }

  @Override
  public Mono<Void> fireAndForget(Outbound request) {
    return Mono.never();
  }

  @Override
  public Flux<Message> requestStream(Outbound request) {
    return Flux.never();
  }

  @Override
  public Flux<Message> requestChannel(Outbound first, Publisher<Message> rest) {
    return Flux.never();
  }

  @Override
  public Mono<Duration> ping() {
    return Mono.never();
  }

  @Override
  public Link.Stats stats() {
    return new Link.Stats(0, 0, 0, 0, 0, 0, 0);
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
