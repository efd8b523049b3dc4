package dev.parley.transport.rsocket;

import dev.parley.Address;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.NettyPipeline;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.WebsocketClientSpec;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpServer;

/**
 * Binds and connects with reactor-netty, TCP and WebSocket, and puts our handler before its own, so
 * that its fluxes are not in the path. A WebSocket carries the same bytes in binary messages, whose
 * boundaries mean nothing.
 */
final class Sockets {
  private static final Logger log = LoggerFactory.getLogger(Sockets.class);
  private static final String HANDLER = "parley.handshake";
  private static final int BACKLOG = 1024;
  private static final int MAX_WS_FRAME_BYTES = 1 << 20;
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(128 * 1024, 512 * 1024);
  private static final AtomicBoolean LOGGED = new AtomicBoolean();

  /** Decides on connections that come. */
  interface Accepting {
    /** A connection came; it is reset where the slot is not admitted. */
    ConnectionAdmission.Slot admit(InetAddress remote);

    /** Makes the handler of a connection that was admitted. */
    HandshakeHandler handler(ConnectionAdmission.Slot slot, boolean webSocket);
  }

  private final TransportOptions options;
  private final LoopResources loops;
  private final boolean ownLoops;
  private final List<DisposableServer> servers = new CopyOnWriteArrayList<>();
  private final ChannelGroup channels =
      new DefaultChannelGroup("parley", ImmediateEventExecutor.INSTANCE, true);

  /**
   * @param shared event loops to use and leave alone; our own where null
   */
  Sockets(TransportOptions options, @Nullable SharedLoops shared) {
    this.options = options;
    this.ownLoops = shared == null;
    this.loops =
        shared == null
            ? LoopResources.create("parley", 1, options.eventLoops(), true, false)
            : shared.loops();
  }

  /** Listens; emits the address with the port that was bound. */
  Mono<Address> bind(Address address, Accepting accepting) {
    Mono<? extends DisposableServer> bound =
        address.scheme() == Address.Scheme.WS
            ? bindWebSocket(address, accepting)
            : bindTcp(address, accepting);
    return bound.map(
        server -> {
          servers.add(server);
          logTransport(server.channel());
          int port = ((InetSocketAddress) server.channel().localAddress()).getPort();
          return new Address(address.scheme(), address.host(), port, address.path());
        });
  }

  private Mono<? extends DisposableServer> bindTcp(Address address, Accepting accepting) {
    return TcpServer.create()
        .runOn(loops, options.epoll())
        .host(address.host())
        .port(address.port())
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
        .doOnChannelInit(
            (observer, channel, remote) -> {
              channels.add(channel);
              channel
                  .pipeline()
                  .addFirst(new AdmissionHandler(accepting, options.handshakeTimeout()));
              channel
                  .pipeline()
                  .addBefore(
                      NettyPipeline.ReactiveBridge,
                      HANDLER,
                      new Deferred(
                          () -> accepting.handler(AdmissionHandler.slotOf(channel), false)));
            })
        .bind();
  }

  private Mono<? extends DisposableServer> bindWebSocket(Address address, Accepting accepting) {
    WebsocketServerSpec spec =
        WebsocketServerSpec.builder().maxFramePayloadLength(MAX_WS_FRAME_BYTES).build();
    return HttpServer.create()
        .runOn(loops, options.epoll())
        .host(address.host())
        .port(address.port())
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
        .httpRequestDecoder(d -> d.maxInitialLineLength(1024).maxHeaderSize(2048))
        .doOnChannelInit(
            (observer, channel, remote) -> {
              channels.add(channel);
              channel
                  .pipeline()
                  .addFirst(new AdmissionHandler(accepting, options.handshakeTimeout()));
            })
        .route(
            routes ->
                routes.ws(
                    address.path(),
                    (in, out) -> {
                      in.withConnection(
                          c ->
                              install(
                                  c,
                                  accepting.handler(AdmissionHandler.slotOf(c.channel()), true)));
                      return Mono.never();
                    },
                    spec))
        .bind();
  }

  /**
   * Connects.
   *
   * @param handler makes the handler, which is told when the connection is there
   * @param failed is told when it cannot be made
   */
  Disposable connect(
      Address address, Supplier<HandshakeHandler> handler, Consumer<Throwable> failed) {
    Disposable.Swap connection = Disposables.swap();
    Disposable.Composite all = Disposables.composite();
    Mono<? extends Connection> connecting =
        address.scheme() == Address.Scheme.WS
            ? connectWebSocket(address, handler)
            : connectTcp(address, handler);
    all.add(connection);
    all.add(connecting.subscribe(c -> connection.update(abandoning(c)), failed));
    return all;
  }

  /** Disposing a dial that is still shaking hands closes it; a link is left alone. */
  private static Disposable abandoning(Connection c) {
    return () -> {
      if (c.channel().pipeline().get(HANDLER) instanceof DialHandler dial) {
        dial.abandon();
      }
    };
  }

  private Mono<? extends Connection> connectTcp(
      Address address, Supplier<HandshakeHandler> handler) {
    return TcpClient.create(ConnectionProvider.newConnection())
        .runOn(loops, options.epoll())
        .remoteAddress(() -> InetSocketAddress.createUnresolved(address.host(), address.port()))
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, millis(options.dialTimeout()))
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
        .doOnChannelInit(
            (observer, channel, remote) -> {
              channels.add(channel);
              channel
                  .pipeline()
                  .addBefore(NettyPipeline.ReactiveBridge, HANDLER, new Deferred(handler));
            })
        .connect()
        .doOnNext(c -> logTransport(c.channel()));
  }

  private Mono<? extends Connection> connectWebSocket(
      Address address, Supplier<HandshakeHandler> handler) {
    return HttpClient.create(ConnectionProvider.newConnection())
        .runOn(loops, options.epoll())
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, millis(options.dialTimeout()))
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
        .responseTimeout(options.dialTimeout())
        .doOnChannelInit((observer, channel, remote) -> channels.add(channel))
        .websocket(WebsocketClientSpec.builder().maxFramePayloadLength(MAX_WS_FRAME_BYTES).build())
        .uri(address.toString())
        .connect()
        .doOnNext(c -> install(c, handler.get()));
  }

  private static void install(Connection c, HandshakeHandler handler) {
    Channel channel = c.channel();
    Runnable add =
        () ->
            channel
                .pipeline()
                .addBefore(NettyPipeline.ReactiveBridge, "parley.ws.in", new WebSocketBytes())
                .addBefore(NettyPipeline.ReactiveBridge, "parley.ws.out", new BytesToWebSocket())
                .addBefore(NettyPipeline.ReactiveBridge, HANDLER, handler);
    if (channel.eventLoop().inEventLoop()) {
      add.run();
    } else {
      channel.eventLoop().execute(add);
    }
  }

  private static int millis(Duration d) {
    return (int) Math.min(Integer.MAX_VALUE, Math.max(1, d.toMillis()));
  }

  private static void logTransport(Channel channel) {
    if (LOGGED.compareAndSet(false, true)) {
      log.info("socket transport is {}", channel.getClass().getSimpleName());
    }
  }

  /** Tasks that wait for the event loops. */
  int pendingTasks() {
    int pending = 0;
    for (EventExecutor loop : loops.onServer(options.epoll())) {
      if (loop instanceof SingleThreadEventExecutor executor && !loop.isShuttingDown()) {
        pending += executor.pendingTasks();
      }
    }
    return pending;
  }

  /** Stops listening. */
  Mono<Void> unbind() {
    return Flux.fromIterable(servers)
        .flatMap(
            s -> {
              s.dispose();
              return s.onDispose();
            })
        .then();
  }

  /** Resets what is left of connections, then ends the event loops that are our own. */
  Mono<Void> dispose() {
    return ownLoops
        ? resetAll().then(loops.disposeLater(Duration.ZERO, Duration.ofSeconds(2)))
        : resetAll();
  }

  /** An event loop may end without closing its channels, if it is told so while it runs tasks. */
  private Mono<Void> resetAll() {
    return Mono.create(
        sink -> {
          channels.forEach(Channels::reset);
          channels.close().addListener(closed -> sink.success());
        });
  }

  /** Makes way for the handler when the connection is there, not when the channel is built. */
  private static final class Deferred extends ChannelInboundHandlerAdapter {
    private final Supplier<HandshakeHandler> handler;

    Deferred(Supplier<HandshakeHandler> handler) {
      this.handler = handler;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      ctx.fireChannelActive();
      if (ctx.channel().isActive()) {
        ctx.pipeline().replace(this, HANDLER, handler.get());
      }
    }
  }

  /** Binary messages to bytes; anything else but control frames ends the connection. */
  private static final class WebSocketBytes extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      if (msg instanceof BinaryWebSocketFrame binary) {
        ctx.fireChannelRead(binary.content());
      } else if (msg
          instanceof io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame c) {
        ctx.fireChannelRead(c.content());
      } else if (msg instanceof TextWebSocketFrame text) {
        text.release();
        ctx.close();
      } else {
        ctx.fireChannelRead(msg);
      }
    }
  }

  /** Bytes to binary messages. */
  private static final class BytesToWebSocket extends ChannelOutboundHandlerAdapter {
    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
      ctx.write(msg instanceof ByteBuf bytes ? new BinaryWebSocketFrame(bytes) : msg, promise);
    }
  }
}
