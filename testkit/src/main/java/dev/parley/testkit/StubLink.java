package dev.parley.testkit;

import dev.parley.AgentId;
import dev.parley.LinkPath;
import dev.parley.Message;
import dev.parley.spi.Link;
import dev.parley.spi.Outbound;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A link over which nothing goes, for tests of what keeps, counts or closes links: interactions and
 * pings on it never end. It is open until it is closed. For links that carry messages see {@link
 * InMemoryNetwork}. Thread-safe.
 */
public final class StubLink implements Link {
  private static final String REMOTE = "192.0.2.1:7400"; // RFC 5737, for examples
  private static final int BINDING_BYTES = 32;

  private final AgentId peer;
  private final LinkPath path;
  private final Supplier<Link.Stats> stats;
  private final Sinks.Empty<Void> onClose = Sinks.empty();
  private volatile boolean open = true;

  private StubLink(AgentId peer, boolean dialled, Supplier<Link.Stats> stats) {
    this.peer = Objects.requireNonNull(peer, "peer");
    this.path = new LinkPath("tcp", REMOTE, dialled, "none", true);
    this.stats = Objects.requireNonNull(stats, "stats");
  }

  /** A link to {@code peer} that we dialled, over TCP. */
  public static StubLink dialled(AgentId peer) {
    return new StubLink(peer, true, StubLink::nothing);
  }

  /** A link that {@code peer} dialled, over TCP. */
  public static StubLink accepted(AgentId peer) {
    return new StubLink(peer, false, StubLink::nothing);
  }

  private static Link.Stats nothing() {
    return new Link.Stats(0, 0, 0, 0, 0, 0, 0);
  }

  /** An open link of this kind that tells {@code value} of what went over it. */
  public StubLink counting(Supplier<Link.Stats> value) {
    return new StubLink(peer, path.dialled(), value);
  }

  @Override
  public AgentId peer() {
    return peer;
  }

  @Override
  public LinkPath path() {
    return path;
  }

  @Override
  public long features() {
    return 0;
  }

  @Override
  public byte[] binding() {
    return new byte[BINDING_BYTES];
  }

  @Override
  public boolean isOpen() {
    return open;
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
    return stats.get();
  }

  @Override
  public Mono<Void> closeGracefully(Duration limit) {
    return Mono.fromRunnable(
        () -> {
          open = false;
          onClose.tryEmitEmpty();
        });
  }

  @Override
  public Mono<Void> onClose() {
    return onClose.asMono();
  }
}
