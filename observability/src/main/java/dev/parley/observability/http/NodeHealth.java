package dev.parley.observability.http;

import dev.parley.Address;
import dev.parley.node.AgentNode;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells whether a node is well, on a port of its own: {@code /health/live}, {@code /health/ready}
 * and {@code /health}. It has its own connections and its own thread, so that whoever fills or
 * keeps busy the console's, keeps no probe out.
 *
 * <pre>{@code
 * NodeHealth probe =
 *     NodeHealth.startNow(node, HttpOptions.builder().healthListen(Address.tcp("0.0.0.0", 7481)).build());
 * }</pre>
 *
 * <p>It tells the state of the node and the reasons for it, and names no peer and no address, so it
 * may listen where other machines reach it. Thread-safe; it ends with {@link #close}, not with the
 * node.
 */
public final class NodeHealth implements AutoCloseable {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final DisposableServer server;
  private final Address address;
  private final ChannelGroup channels;
  private final LoopResources loops;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final Sinks.Empty<Void> onClose = Sinks.empty();

  private NodeHealth(
      DisposableServer server, Address address, ChannelGroup channels, LoopResources loops) {
    this.server = server;
    this.address = address;
    this.channels = channels;
    this.loops = loops;
  }

  /**
   * Starts at {@link HttpOptions#healthListen}, within the limits of the options. Cold; errors when
   * the address cannot be bound.
   *
   * @throws IllegalArgumentException if the options name no address for it
   */
  public static Mono<NodeHealth> start(AgentNode node, HttpOptions options) {
    if (options.healthListen().isEmpty()) {
      throw new IllegalArgumentException("http.healthListen is empty, must be host:port");
    }
    Address listen = options.healthListen().get(0);
    return Mono.defer(() -> bind(Objects.requireNonNull(node, "node"), options, listen));
  }

  /** The blocking twin of {@link #start}; not for event loops. */
  public static NodeHealth startNow(AgentNode node, HttpOptions options) {
    return Objects.requireNonNull(start(node, options).block(CLOSE_LIMIT));
  }

  private static Mono<NodeHealth> bind(AgentNode node, HttpOptions options, Address listen) {
    LoopResources loops = LoopResources.create("parley-health", 1, 1, true, false);
    ChannelGroup channels =
        new DefaultChannelGroup("parley-health", ImmediateEventExecutor.INSTANCE, true);
    ConnectionLimits limits = new ConnectionLimits(options, System::nanoTime);
    HealthExchange exchange =
        new HealthExchange(
            new RequestGuard(options.hostNames()), new HealthProbe(node), new JsonMapper());
    return HttpServer.create()
        .protocol(HttpProtocol.HTTP11)
        .runOn(loops, false)
        .channelGroup(channels)
        .host(listen.host())
        .port(listen.port())
        .httpRequestDecoder(
            decoder ->
                decoder
                    .maxInitialLineLength(options.maxLineBytes())
                    .maxHeaderSize(options.maxHeaderBytes()))
        .doOnChannelInit((observer, channel, remote) -> limits.accept(channel))
        .handle(exchange::handle)
        .bind()
        .map(bound -> new NodeHealth(bound, at(listen, bound), channels, loops))
        .doOnError(e -> loops.dispose());
  }

  private static Address at(Address listen, DisposableServer bound) {
    int port = ((InetSocketAddress) bound.channel().localAddress()).getPort();
    return Address.tcp(listen.host(), port);
  }

  /** Where it listens, with the port that was bound. */
  public Address address() {
    return address;
  }

  /** Closes every connection and stops. Cold; idempotent; never errors. */
  public Mono<Void> closeLater() {
    return Mono.defer(
        () -> {
          if (closing.compareAndSet(false, true)) {
            server.dispose();
            channels.close();
            server
                .onDispose()
                .onErrorComplete()
                .then(loops.disposeLater(Duration.ZERO, CLOSE_LIMIT))
                .onErrorComplete()
                .doFinally(signal -> onClose.tryEmitEmpty())
                .subscribe();
          }
          return onClose.asMono();
        });
  }

  /** Closes and waits for it, at most 5 s. Idempotent; not for event loops. */
  @Override
  public void close() {
    closeLater().block(CLOSE_LIMIT);
  }
}
