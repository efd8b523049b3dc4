package dev.parley.observability.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;

/** How many connections there may be, and how long each may go without a whole request. */
final class ConnectionLimits {
  private static final String NAME = "parley.limits";

  private final int maxConnections;
  private final long timeoutNanos;
  private final LongSupplier nanoClock;
  private final AtomicInteger connections = new AtomicInteger();

  ConnectionLimits(HttpOptions options, LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    maxConnections = options.maxConnections();
    timeoutNanos = options.requestTimeout().toNanos();
  }

  /** Looks after a connection that came. */
  void accept(Channel channel) {
    boolean admitted = connections.incrementAndGet() <= maxConnections;
    channel.closeFuture().addListener(closed -> connections.decrementAndGet());
    if (admitted) {
      channel.pipeline().addAfter(NettyPipeline.HttpCodec, NAME, new Deadline());
    } else {
      channel.pipeline().addFirst(NAME, new Refused());
    }
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
    private @Nullable Future<?> check; // event loop only
    private boolean answering; // event loop only
    private long since; // event loop only

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
      }
      super.channelRead(ctx, message);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise)
        throws Exception {
      if (message instanceof LastHttpContent) {
        answering = false;
        since = nanoClock.getAsLong();
      }
      super.write(ctx, message, promise);
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
