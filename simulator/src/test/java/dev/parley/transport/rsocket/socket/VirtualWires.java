package dev.parley.transport.rsocket.socket;

import dev.parley.Address;
import dev.parley.simulator.whole.SimInternet;
import dev.parley.simulator.whole.SimProcess;
import dev.parley.transport.rsocket.TransportOptions;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** Connections of a simulated process: what {@link Sockets} is for a real one. */
public final class VirtualWires implements Wires {
  private final SimInternet net;
  private final SimProcess process;
  private final InetAddress ip;
  private final TransportOptions options;
  private final List<InetSocketAddress> listening = new ArrayList<>();
  private final List<Channel> channels = new ArrayList<>();

  public VirtualWires(
      SimInternet net, SimProcess process, InetAddress ip, TransportOptions options) {
    this.net = net;
    this.process = process;
    this.ip = ip;
    this.options = options;
  }

  @Override
  public Mono<Address> bind(Address address, Sockets.Accepting accepting) {
    return Mono.fromCallable(
        () -> {
          InetSocketAddress at = new InetSocketAddress(ip, address.port());
          listening.add(at);
          net.listen(at, channel -> accepted(channel, accepting));
          return address;
        });
  }

  private void accepted(Channel channel, Sockets.Accepting accepting) {
    track(channel);
    ChannelPipeline pipeline = channel.pipeline();
    pipeline.addLast(new AdmissionHandler(accepting, options.accepting().handshakeTimeout()));
    pipeline.addLast(
        Sockets.HANDLER,
        new Sockets.Deferred(() -> accepting.handler(AdmissionHandler.slotOf(channel), false)));
  }

  private void track(Channel channel) {
    channels.add(channel);
    channel.closeFuture().addListener(closed -> channels.remove(channel));
  }

  @Override
  public Disposable connect(
      Address address, Supplier<HandshakeHandler> handler, Consumer<Throwable> failed) {
    InetSocketAddress to = new InetSocketAddress(address.host(), address.port());
    SimInternet.Attempt attempt =
        net.connect(
            process,
            ip,
            to,
            options.dialling().dialTimeout().toNanos(),
            channel -> {
              track(channel);
              channel.pipeline().addLast(Sockets.HANDLER, new Sockets.Deferred(handler));
            },
            failed);
    return () -> {
      attempt.cancel();
      Channel made = attempt.made();
      if (made != null && made.pipeline().get(Sockets.HANDLER) instanceof DialHandler dial) {
        dial.abandon();
      }
    };
  }

  @Override
  public int pendingTasks() {
    return 0;
  }

  @Override
  public Mono<Void> unbind() {
    return Mono.fromRunnable(() -> listening.forEach(at -> net.unlisten(at, process)));
  }

  @Override
  public Mono<Void> dispose() {
    return Mono.create(
        sink -> {
          ChannelGroup all = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);
          all.addAll(channels);
          List.copyOf(channels).forEach(dev.parley.transport.rsocket.link.Channels::reset);
          all.newCloseFuture().addListener(closed -> sink.success());
        });
  }
}
