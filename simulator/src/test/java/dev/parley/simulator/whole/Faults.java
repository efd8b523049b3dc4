package dev.parley.simulator.whole;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** Makes faults happen. */
final class Faults {
  private static final long SLOW_NANOS_PER_BYTE = 50_000; // 20 kB/s

  private final World world;
  private int strangers;

  Faults(World world) {
    this.world = world;
  }

  void apply(Fault fault) {
    List<SimHost> hosts = world.hosts();
    SimHost one = hosts.get(fault.one() % hosts.size());
    SimHost other =
        hosts.get((fault.one() + 1 + fault.other() % (hosts.size() - 1)) % hosts.size());
    world.tell("-", fault + ", " + one + " " + other + " " + fault.length().toMillis() + " ms");
    switch (fault.kind()) {
      case RESET -> between(one, other).forEach(pipe -> pipe.to().reset());
      case SILENCE -> between(one, other).forEach(SimPipe::swallow);
      case HALF_CLOSE -> halfClose(one, other);
      case FREEZE -> block(fault, (a, b) -> a.equals(one.ip()) || b.equals(one.ip()));
      case ISLANDS -> islands(fault, hosts);
      case CUT ->
          block(
              fault,
              (a, b) ->
                  a.equals(one.ip()) && b.equals(other.ip())
                      || a.equals(other.ip()) && b.equals(one.ip()));
      case SLOW -> world.net().slow(one.ip(), SLOW_NANOS_PER_BYTE, fault.length().toNanos());
      case CRASH -> {
        one.kill();
        restartLater(one, fault.length());
      }
      case RESTART -> end(one, Duration.ofMillis(fault.amount()), fault.length());
      case CLOSE -> end(one, Duration.ZERO, fault.length());
      case CLOCK -> {
        if (one.isUp()) {
          one.process().stepClock((fault.amount() - 500) * 120L);
        }
      }
      case CORRUPT -> between(one, other).forEach(SimPipe::corruptNext);
      case STRANGERS -> strangers(one, new SplittableRandom(fault.amount()));
    }
  }

  private List<SimPipe> between(SimHost one, SimHost other) {
    return world.net().between(one.ip(), other.ip());
  }

  private void halfClose(SimHost one, SimHost other) {
    for (SimPipe pipe : between(one, other)) {
      if (pipe.to().process() == one.process()) {
        pipe.to().finished();
      } else {
        pipe.swallow();
      }
    }
  }

  private void block(Fault fault, java.util.function.BiPredicate<InetAddress, InetAddress> which) {
    world.net().block(fault.length().toNanos(), which);
  }

  private void islands(Fault fault, List<SimHost> hosts) {
    SplittableRandom random = new SplittableRandom(fault.amount());
    List<InetAddress> left =
        hosts.stream().filter(h -> random.nextBoolean()).map(SimHost::ip).toList();
    block(fault, (a, b) -> left.contains(a) != left.contains(b));
  }

  private void end(SimHost host, Duration limit, Duration away) {
    if (!host.isUp()) {
      return;
    }
    SimProcess process = host.process();
    world.tell(host.name(), limit.isZero() ? "closes" : "drains");
    (limit.isZero() ? host.node().closeLater() : host.node().drain(limit))
        .subscribe(
            done -> {},
            e -> world.broken("close", host + " fails to close: " + e),
            () -> {
              world.closed(host, process);
              process.kill();
              restartLater(host, away);
            });
  }

  private void restartLater(SimHost host, Duration away) {
    world
        .net()
        .in(
            away.toNanos(),
            () -> {
              if (host.process().isDead()) {
                world.start(host);
              }
            });
  }

  private void strangers(SimHost victim, SplittableRandom random) {
    SimProcess process = new SimProcess("stranger", world.time(), random.split());
    int count = 10 + random.nextInt(30);
    for (int i = 0; i < count; i++) {
      InetAddress ip =
          SimHost.address(10, 200 + random.nextInt(3), random.nextInt(250), ++strangers % 250);
      byte[] nonsense = new byte[random.nextInt(3) * random.nextInt(3000)];
      random.nextBytes(nonsense);
      world
          .net()
          .connect(
              process,
              ip,
              new InetSocketAddress(victim.ip(), SimHost.PORT),
              Duration.ofSeconds(5).toNanos(),
              channel -> channel.pipeline().addLast(new Stranger(nonsense)),
              e -> {});
    }
    world.net().in(Duration.ofSeconds(20).toNanos(), process::kill);
  }

  /** Connects to it again and again from one network, and says nothing. */
  void besiege(SimHost victim, Duration length) {
    SimProcess process = new SimProcess("besieger", world.time(), new SplittableRandom(1));
    for (int i = 0; i < length.toMillis() / 50; i++) {
      InetAddress ip = SimHost.address(10, 250, 1, i % 250);
      world
          .net()
          .in(
              Duration.ofMillis(50L * i).toNanos(),
              () ->
                  world
                      .net()
                      .connect(
                          process,
                          ip,
                          new InetSocketAddress(victim.ip(), SimHost.PORT),
                          Duration.ofSeconds(5).toNanos(),
                          channel -> channel.pipeline().addLast(new Stranger(new byte[0])),
                          e -> {}));
    }
    world.net().in(length.plusSeconds(10).toNanos(), process::kill);
  }

  private static final class Stranger extends ChannelInboundHandlerAdapter {
    private final byte[] nonsense;

    Stranger(byte[] nonsense) {
      this.nonsense = nonsense;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      Channel channel = ctx.channel();
      if (nonsense.length > 0) {
        channel.writeAndFlush(Unpooled.wrappedBuffer(nonsense));
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
