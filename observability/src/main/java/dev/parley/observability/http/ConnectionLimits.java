package dev.parley.observability.http;

import dev.parley.shares.Origin;
import dev.parley.shares.Share;
import dev.parley.shares.Shares;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;

/**
 * How many connections there may be, and how long each may go without a whole request. Where there
 * are as many as may be, one that asks nothing makes room for one that comes, of the host and
 * network that have most of those: a probe of the node's health gets through.
 */
final class ConnectionLimits {
  private static final String NAME = "parley.limits";

  private final int maxConnections;
  private final long timeoutNanos;
  private final LongSupplier nanoClock;
  private final AtomicInteger connections = new AtomicInteger();
  private final Shares idle; // connections that ask nothing

  ConnectionLimits(HttpOptions options, LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    maxConnections = options.maxConnections();
    idle = new Shares(maxConnections);
    timeoutNanos = options.requestTimeout().toNanos();
  }

  /** Looks after a connection that came. */
  void accept(Channel channel) {
    boolean full = connections.incrementAndGet() > maxConnections;
    channel.closeFuture().addListener(closed -> connections.decrementAndGet());
    Share share = idle.open(Origin.of(host(channel), null), channel);
    channel.closeFuture().addListener(closed -> leave(share));
    if (full || !share.take()) {
      Share largest = idle.largest(share);
      if (largest == null || !share.takeOver(largest)) {
        channel.pipeline().addFirst(NAME, new Refused());
        return;
      }
      ((Channel) Objects.requireNonNull(largest.holder())).close();
    }
    channel.pipeline().addAfter(NettyPipeline.HttpCodec, NAME, new Deadline(share));
  }

  private static @Nullable InetAddress host(Channel channel) {
    return channel.remoteAddress() instanceof InetSocketAddress i ? i.getAddress() : null;
  }

  private static void leave(Share share) {
    share.give(share.used());
    share.close();
  }

  int connections() {
    return connections.get();
  }

  private static final class Refused extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      ctx.close();
    }
  }

  /**
   * Closes a connection that has neither a request being answered nor brought one for too long. It
   * looks at whole requests and not at bytes, so that one byte now and then does not count.
   */
  private final class Deadline extends ChannelDuplexHandler {
    private final Share share;
    private @Nullable Future<?> check; // event loop only
    private boolean answering; // event loop only
    private long since; // event loop only

    Deadline(Share share) {
      this.share = share;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) throws Exception {
      since = nanoClock.getAsLong();
      watch(ctx, timeoutNanos);
      super.channelActive(ctx);
    }

    private void watch(ChannelHandlerContext ctx, long nanos) {
      check = ctx.executor().schedule(() -> look(ctx), nanos, TimeUnit.NANOSECONDS);
    }

    private void look(ChannelHandlerContext ctx) {
      long left = answering ? timeoutNanos : since + timeoutNanos - nanoClock.getAsLong();
      if (left <= 0) {
        ctx.close();
      } else {
        watch(ctx, left);
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
      if (message instanceof HttpRequest) {
        answering = true;
        share.give(share.used());
      }
      super.channelRead(ctx, message);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise)
        throws Exception {
      if (message instanceof LastHttpContent) {
        answering = false;
        since = nanoClock.getAsLong();
        if (!share.take()) { // too many of its host ask nothing
          promise.unvoid().addListener(written -> ctx.close());
        }
      }
      super.write(ctx, message, promise.unvoid());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
      Future<?> pending = check;
      if (pending != null) {
        pending.cancel(false);
      }
      super.channelInactive(ctx);
    }
  }
}
