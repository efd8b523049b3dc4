package dev.parley.transport.rsocket;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.carrier.CarriedLink;
import dev.parley.carrier.Carrier;
import dev.parley.spi.NodeListener;
import dev.parley.transport.rsocket.link.RSocketSetup;
import dev.parley.transport.rsocket.socket.AcceptHandler;
import dev.parley.transport.rsocket.socket.ConnectionAdmission;
import dev.parley.transport.rsocket.socket.CryptoQueue;
import dev.parley.transport.rsocket.socket.DescriptorLog;
import dev.parley.transport.rsocket.socket.DialHandler;
import dev.parley.transport.rsocket.socket.HandshakeHandler;
import dev.parley.transport.rsocket.socket.Handshakes;
import dev.parley.transport.session.Dial;
import dev.parley.transport.session.FirstMessages;
import dev.parley.transport.session.SessionOptions;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalServerChannel;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Carries links through pipes within this process, which {@link #lose} breaks all at once. */
final class PipeCarrier implements Carrier {
  static final Address.Scheme PIPE = new Address.Scheme("pipe");
  private static final AtomicInteger PORTS = new AtomicInteger();
  private static final CryptoQueue CRYPTO =
      new CryptoQueue(Schedulers.boundedElastic(), System::nanoTime, 100);

  // On one loop an end would read within the other's flush, and what comes then is forgotten.
  private final DefaultEventLoop dialling = new DefaultEventLoop();
  private final DefaultEventLoop accepting = new DefaultEventLoop();
  private final ConnectionAdmission admission;
  private final Handshakes handshakes;
  private final RSocketDialler dialler;
  private final RSocketSetup setup;
  private final DefaultChannelGroup channels = new DefaultChannelGroup(dialling);
  private final Address here = new Address(PIPE, "here", PORTS.incrementAndGet(), "");
  private @Nullable Channel server;
  private @Nullable Host host;

  PipeCarrier(SessionOptions session, TransportOptions options) {
    admission = new ConnectionAdmission(options, System::nanoTime);
    handshakes =
        new Handshakes(
            options,
            session,
            new FirstMessages(session, 100, System::nanoTime),
            NodeListener.none(),
            System::nanoTime,
            CRYPTO,
            CRYPTO);
    setup = new RSocketSetup(options, session.limits(), System::nanoTime, () -> host);
    dialler =
        new RSocketDialler(
            options,
            System::nanoTime,
            NodeListener.none(),
            handshakes,
            this::connect,
            setup,
            new DescriptorLog(System::nanoTime));
  }

  @Override
  public Set<Address.Scheme> schemes() {
    return Set.of(PIPE);
  }

  @Override
  public Mono<List<Address>> start(Host value) {
    return Mono.fromCallable(
        () -> {
          host = value;
          var bootstrap = new ServerBootstrap().group(accepting).channel(LocalServerChannel.class);
          var pipe = new LocalAddress("pipe-" + here.port());
          server = bootstrap.childHandler(with(this::accept)).bind(pipe).sync().channel();
          return List.of(here);
        });
  }

  private HandshakeHandler accept() {
    ConnectionAdmission.Slot slot = admission.accept(InetAddress.getLoopbackAddress());
    return new AcceptHandler(handshakes, slot, (c, s, v) -> setup.accepted(c, s, "pipe", v));
  }

  private ChannelInitializer<Channel> with(Supplier<HandshakeHandler> handler) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        channels.add(channel);
        channel.pipeline().addLast(handler.get());
      }
    };
  }

  @Override
  public Mono<CarriedLink> dial(AgentId peer, Address to, boolean check, DialProgress progress) {
    return dialler.dial(Dial.to(peer).check(check), to, progress);
  }

  private Disposable connect(
      Address to, Supplier<HandshakeHandler> handler, Consumer<Throwable> failed) {
    Bootstrap bootstrap = new Bootstrap().group(dialling).channel(LocalChannel.class);
    var connecting =
        bootstrap.handler(with(handler)).connect(new LocalAddress("pipe-" + to.port()));
    connecting.addListener(done -> Optional.ofNullable(done.cause()).ifPresent(failed));
    return () -> dialling.execute(() -> abandon(connecting.channel()));
  }

  private static void abandon(Channel channel) {
    Optional.ofNullable(channel.pipeline().get(DialHandler.class)).ifPresent(DialHandler::abandon);
  }

  /** Breaks every pipe, without a word. */
  void lose() {
    channels.close().awaitUninterruptibly();
  }

  @Override
  public Mono<Void> stopListening() {
    return Mono.fromRunnable(() -> server.close());
  }

  @Override
  public Mono<Void> close() {
    return stopListening()
        .doOnTerminate(channels::close)
        .doOnTerminate(dialling::shutdownGracefully)
        .doOnTerminate(accepting::shutdownGracefully);
  }
}
