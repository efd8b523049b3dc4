package dev.parley.transport.rsocket.socket;

import dev.parley.Address;
import dev.parley.links.DroppedErrors;
import dev.parley.transport.rsocket.TransportOptions;
import dev.parley.transport.rsocket.guard.EventLoops;
import dev.parley.transport.rsocket.link.Channels;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.util.NetUtil;
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
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpServer;

/**
 * Binds and connects with reactor-netty, TCP and WebSocket, and puts our handler before its own, so
 * that its fluxes are not in the path. A WebSocket carries the same bytes in binary messages, whose
 * boundaries mean nothing.
 */
public final class Sockets implements Wires {
  private static final Logger log = LoggerFactory.getLogger(Sockets.class);
  static final String HANDLER = "parley.handshake";
  private static final int BACKLOG = 1024;
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(128 * 1024, 512 * 1024);
  private static final AtomicBoolean LOGGED = new AtomicBoolean();

  /** Decides on connections that come. */
  public interface Accepting {
    /** A connection came; it is reset where the slot is not admitted. */
    ConnectionAdmission.Slot admit(InetAddress remote);

    /** A connection waits, and there is no file descriptor for it. */
    void noDescriptors();

    /** Makes the handler of a connection that was admitted. */
    HandshakeHandler handler(ConnectionAdmission.Slot slot, boolean webSocket);
  }

  private final TransportOptions options;
  private final Loops loops;
  private final boolean ownLoops;
  private final Names names;
  private final List<DisposableServer> servers = new CopyOnWriteArrayList<>();
  private volatile boolean unbound;
  private final ChannelGroup channels =
      new DefaultChannelGroup("parley", ImmediateEventExecutor.INSTANCE, true);

  /**
   * @param shared event loops to use and leave alone; our own where null
   */
  public Sockets(TransportOptions options, @Nullable Loops shared) {
    this.options = options;
    this.ownLoops = shared == null;
    this.loops = shared == null ? Loops.of(options.threads().eventLoops()) : shared;
    this.names = new Names(loops, options.threads().epoll());
  }

  @Override
  public Mono<Address> bind(Address address, Accepting accepting) {
    return TcpServer.create()
        .runOn(loops.resources(), options.threads().epoll())
        .host(address.host())
        .port(address.port())
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
        .doOnChannelInit((observer, channel, remote) -> accepted(channel, address, accepting))
        .bind()
        .map(server -> bound(server, address, accepting));
  }

  private Address bound(DisposableServer server, Address address, Accepting accepting) {
    servers.add(server);
    server.channel().pipeline().addFirst(new AcceptFaults(accepting));
    if (unbound) {
      server.dispose(); // it was told to stop meanwhile
      throw new IllegalStateException("closed while it began to listen");
    }
    logTransport(server.channel());
    int port = ((InetSocketAddress) server.channel().localAddress()).getPort();
    return new Address(address.scheme(), address.host(), port, address.path());
  }

  private void accepted(Channel channel, Address address, Accepting accepting) {
    channels.add(channel);
    ChannelPipeline pipeline = channel.pipeline();
    pipeline.addFirst(new AdmissionHandler(accepting, options.accepting().handshakeTimeout()));
    boolean webSocket = address.scheme().equals(Address.Scheme.WS);
    Supplier<HandshakeHandler> handler =
        () -> accepting.handler(AdmissionHandler.slotOf(channel), webSocket);
    if (webSocket) {
      WebSocketAccept.install(
          pipeline,
          NettyPipeline.ReactiveBridge,
          address.path(),
          options.accepting().handshakeTimeout(),
          handler);
    } else {
      pipeline.addBefore(NettyPipeline.ReactiveBridge, HANDLER, new Deferred(handler));
    }
  }

  /** For addresses that are no names; {@link #places} resolves those. */
  @Override
  public Disposable connect(
      Address address, Supplier<HandshakeHandler> handler, Consumer<Throwable> failed) {
    InetSocketAddress remote = new InetSocketAddress(address.host(), address.port());
    return connect(address, remote, handler, failed);
  }

  @Override
  public Mono<List<Connector>> places(Address address) {
    return isLiteral(address)
        ? Mono.just(List.of(this))
        : names
            .resolve(address, options.dialling().dialTimeout())
            .map(all -> all.stream().map(this::to).toList());
  }

  private Connector to(InetSocketAddress remote) {
    return (address, handler, failed) -> connect(address, remote, handler, failed);
  }

  @Override
  public Mono<Void> pause(Duration time) {
    return names.pause(time);
  }

  private Disposable connect(
      Address address,
      InetSocketAddress remote,
      Supplier<HandshakeHandler> handler,
      Consumer<Throwable> failed) {
    Disposable.Swap connection = Disposables.swap();
    Disposable.Composite all = Disposables.composite();
    all.add(connection);
    all.add(
        Mono.defer(() -> connecting(address, remote, handler, failed))
            .contextWrite(DroppedErrors::addTo)
            .subscribe(c -> connection.update(abandoning(c)), failed));
    return all;
  }

  /** Disposing a dial that is still shaking hands closes it; a link is left alone. */
  private static Disposable abandoning(Connection c) {
    return () -> {
      if (c.channel().pipeline().get(HANDLER) instanceof DialHandler dial) {
        dial.abandon();
        return;
      }
      ChannelHandlerContext upgrade = c.channel().pipeline().context(WebSocketDial.class);
      if (upgrade != null) {
        EventLoops.execute(upgrade.executor(), () -> abandonUpgrade(upgrade));
      }
    };
  }

  private static void abandonUpgrade(ChannelHandlerContext upgrade) {
    if (!upgrade.isRemoved()) {
      ((WebSocketDial) upgrade.handler()).abandon(upgrade);
    } else if (upgrade.pipeline().get(HANDLER) instanceof DialHandler dial) {
      dial.abandon();
    }
  }

  /** An address needs no resolver, each of which has a socket of its own. */
  private static boolean isLiteral(Address address) {
    return NetUtil.isValidIpV4Address(address.host()) || NetUtil.isValidIpV6Address(address.host());
  }

  private Mono<? extends Connection> connecting(
      Address address,
      InetSocketAddress remote,
      Supplier<HandshakeHandler> handler,
      Consumer<Throwable> failed) {
    return TcpClient.create(ConnectionProvider.newConnection())
        // Before runOn, which makes a resolver for ever where there is none.
        .resolver(NoopAddressResolverGroup.INSTANCE)
        .runOn(loops.resources(), options.threads().epoll())
        .remoteAddress(() -> remote)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, millis(options.dialling().dialTimeout()))
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
        .doOnChannelInit((observer, channel, unused) -> dialled(channel, address, handler, failed))
        .connect()
        .doOnNext(c -> logTransport(c.channel()));
  }

  private void dialled(
      Channel channel,
      Address address,
      Supplier<HandshakeHandler> handler,
      Consumer<Throwable> failed) {
    channels.add(channel);
    if (address.scheme().equals(Address.Scheme.WS)) {
      WebSocketDial.install(
          channel.pipeline(),
          NettyPipeline.ReactiveBridge,
          address,
          options.dialling().dialTimeout(),
          handler,
          failed);
    } else {
      channel.pipeline().addBefore(NettyPipeline.ReactiveBridge, HANDLER, new Deferred(handler));
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

  @Override
  public int pendingTasks() {
    int pending = 0;
    for (EventExecutor loop : loops.resources().onServer(options.threads().epoll())) {
      if (loop instanceof SingleThreadEventExecutor executor && !loop.isShuttingDown()) {
        pending += executor.pendingTasks();
      }
    }
    return pending;
  }

  @Override
  public Mono<Void> unbind() {
    unbound = true;
    return Flux.fromIterable(servers)
        .flatMap(
            s -> {
              s.dispose();
              return s.onDispose();
            })
        .then();
  }

  /** Resets what is left of connections, then ends the event loops that are our own. */
  @Override
  public Mono<Void> dispose() {
    return ownLoops ? resetAll().then(loops.dispose()) : resetAll();
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
  static final class Deferred extends ChannelInboundHandlerAdapter {
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

    /** Before there is a handler, nobody but this one hears of it. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      log.debug("a connection failed: {}", cause.toString());
      ctx.close();
    }
  }
}
