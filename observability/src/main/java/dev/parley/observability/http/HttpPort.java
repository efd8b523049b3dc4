package dev.parley.observability.http;

import dev.parley.Address;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;

/**
 * A port with connections and a thread of its own, within the limits of its options. Thread-safe.
 */
final class HttpPort {
  static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final DisposableServer server;
  private final Address address;
  private final ChannelGroup channels;
  private final LoopResources loops;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final Sinks.Empty<Void> onClose = Sinks.empty();

  private HttpPort(
      DisposableServer server, Address address, ChannelGroup channels, LoopResources loops) {
    this.server = server;
    this.address = address;
    this.channels = channels;
    this.loops = loops;
  }

  /**
   * Listens. Cold; errors when the address cannot be bound, and has nothing left then.
   *
   * @param name of its thread
   */
  static Mono<HttpPort> bind(
      String name,
      Address listen,
      HttpOptions options,
      BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> handler) {
    return Mono.defer(
        () -> {
          LoopResources loops = LoopResources.create(name, 1, 1, true, false);
          ChannelGroup channels =
              new DefaultChannelGroup(name, ImmediateEventExecutor.INSTANCE, true);
          ConnectionLimits limits = new ConnectionLimits(options, System::nanoTime);
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
              .handle(handler)
              .bind()
              .map(bound -> new HttpPort(bound, at(listen, bound), channels, loops))
              .doOnError(e -> loops.dispose());
        });
  }

  private static Address at(Address listen, DisposableServer bound) {
    int port = ((InetSocketAddress) bound.channel().localAddress()).getPort();
    return Address.tcp(listen.host(), port);
  }

  /** Where it listens, with the port that was bound. */
  Address address() {
    return address;
  }

  /** Closes every connection and stops. Cold; idempotent; never errors. */
  Mono<Void> closeLater() {
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
}
