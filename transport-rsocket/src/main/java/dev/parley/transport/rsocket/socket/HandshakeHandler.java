package dev.parley.transport.rsocket.socket;

import dev.parley.transport.rsocket.link.Channels;
import dev.parley.transport.rsocket.link.LinkChannel;
import dev.parley.transport.rsocket.link.Opening;
import dev.parley.transport.rsocket.link.SocketReads;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Fuseable;
import reactor.core.publisher.Mono;

/**
 * What both sides of a handshake share: it cuts the stream into units of legal lengths, keeps at
 * most one of them, and runs the key agreements on another thread while nothing is read.
 *
 * <p>Confined to the event loop. {@link Step}s run elsewhere and hand back what to do.
 */
public abstract class HandshakeHandler extends ChannelInboundHandlerAdapter {

  /** Work for the crypto threads; what it returns runs on the event loop. */
  interface Step {
    Runnable compute(boolean stale);
  }

  private final CryptoQueue crypto;
  private final Duration timeout;
  private byte @Nullable [] body;
  private int bodyBytes;
  private int prefix = -1;
  private boolean computing;
  private @Nullable ByteBuf stash; // what came behind the unit that is being worked on
  private @Nullable Disposable waiting; // for a decision
  private boolean over;
  private boolean answered; // whether any byte came

  @SuppressWarnings("NullAway.Init") // handlerAdded, before anything else
  ChannelHandlerContext ctx;

  HandshakeHandler(CryptoQueue crypto, Duration timeout) {
    this.crypto = crypto;
    this.timeout = timeout;
  }

  /** The connection is there. */
  abstract void started();

  /** Whether a unit of this length is legal now. */
  abstract boolean acceptsLength(int length);

  /** A unit came, without its prefix. */
  abstract void unit(byte[] unit);

  /** A unit's length is not legal. */
  abstract void illegalLength();

  /** It took too long. */
  abstract void timedOut();

  /** The connection ended; {@code cause} is null where it ended in order. */
  abstract void disconnected(@Nullable Throwable cause);

  /** A step failed on a fault of this program. */
  abstract void crashed(RuntimeException fault);

  /** The crypto threads have too much to do. */
  abstract void overloaded();

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    ctx = added;
    SocketReads.small(channel());
    added.executor().schedule(this::expire, timeout.toNanos(), TimeUnit.NANOSECONDS);
    if (channel().isActive()) {
      begin();
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext unused) {
    begin();
    unused.fireChannelActive();
  }

  private void begin() {
    started();
    if (!over) {
      // Behind reactor-netty's own handler, which stops reading when it sees the connection.
      ctx.executor().execute(this::resumeReading);
    }
  }

  final Channel channel() {
    return ctx.channel();
  }

  /** Whether any byte came from the other side. */
  final boolean isAnswered() {
    return answered;
  }

  final boolean isOver() {
    return over;
  }

  /** Gives up unless it is over. Event loop. */
  final void expire() {
    if (!over) {
      timedOut();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext unused, Object msg) {
    if (!(msg instanceof ByteBuf chunk)) {
      unused.fireChannelRead(msg);
      return;
    }
    answered = true;
    if (over) {
      chunk.release();
    } else if (computing) {
      stash = stash == null ? chunk : Unpooled.wrappedBuffer(stash, chunk);
    } else {
      consume(chunk);
    }
  }

  private void consume(ByteBuf chunk) {
    boolean kept = false;
    try {
      while (chunk.isReadable() && !over && !computing) {
        takeIn(chunk);
      }
      if (chunk.isReadable() && !over) {
        stash = chunk;
        kept = true;
      }
    } finally {
      if (!kept) {
        chunk.release();
      }
    }
  }

  private void takeIn(ByteBuf chunk) {
    byte[] unit = body;
    if (unit == null) {
      readPrefix(chunk);
      return;
    }
    int n = Math.min(chunk.readableBytes(), unit.length - bodyBytes);
    chunk.readBytes(unit, bodyBytes, n);
    bodyBytes += n;
    if (bodyBytes == unit.length) {
      body = null;
      unit(unit);
    }
  }

  private void readPrefix(ByteBuf chunk) {
    if (prefix < 0) {
      prefix = chunk.readUnsignedByte();
      return;
    }
    int length = prefix << 8 | chunk.readUnsignedByte();
    prefix = -1;
    if (!acceptsLength(length)) {
      illegalLength();
      return;
    }
    body = new byte[length];
    bodyBytes = 0;
  }

  /** Runs {@code step} on a crypto thread, while reading rests. */
  final void compute(Step step) {
    computing = true;
    channel().config().setAutoRead(false);
    try {
      crypto.execute(
          Channels.inet(channel().remoteAddress()),
          stale -> {
            Runnable then;
            try {
              then = step.compute(stale);
            } catch (RuntimeException e) {
              then = () -> crashed(e);
            }
            Runnable next = then;
            resume(() -> computed(next));
          });
    } catch (RejectedExecutionException e) {
      computing = false;
      overloaded();
    }
  }

  /**
   * Goes on with what {@code decision} emits, while reading rests; what it fails with crashes. A
   * constant one costs nothing: it is at hand.
   */
  final <T> void await(Mono<T> decision, Consumer<? super T> then) {
    T known = constant(decision);
    if (known != null) {
      then.accept(known);
      return;
    }
    computing = true;
    channel().config().setAutoRead(false);
    waiting =
        decision.subscribe(
            value -> resume(() -> computed(() -> then.accept(value))),
            e -> resume(() -> computed(() -> crashed(new IllegalStateException(e)))));
  }

  @SuppressWarnings("unchecked")
  private static <T> @Nullable T constant(Mono<T> decision) {
    try {
      return decision instanceof Fuseable.ScalarCallable<?> c ? (T) c.call() : null;
    } catch (Exception e) {
      return null; // a constant failure, which who subscribes is told
    }
  }

  private void resume(Runnable next) {
    try {
      ctx.executor().execute(next);
    } catch (RejectedExecutionException e) {
      // The event loop has ended, and the connection with it.
    }
  }

  private void computed(Runnable then) {
    computing = false;
    if (over) {
      return;
    }
    then.run();
    if (!over) {
      resumeReading();
    }
  }

  private void resumeReading() {
    if (over) {
      return;
    }
    ByteBuf rest = stash;
    stash = null;
    if (rest != null) {
      consume(rest);
    }
    if (!over && !computing) {
      channel().config().setAutoRead(true);
    }
  }

  /** Gives way to the link, with whatever came behind the handshake. */
  final void become(Opening opening) {
    over = true;
    ByteBuf rest = stash == null ? Unpooled.EMPTY_BUFFER : stash;
    stash = null;
    LinkChannel link = opening.channel();
    ChannelHandlerContext linkCtx = null;
    try {
      channel().pipeline().replace(this, "parley.link", link);
      opening.start();
      linkCtx = channel().pipeline().context(link);
    } finally {
      if (linkCtx == null || !rest.isReadable()) {
        rest.release();
      } else {
        link.channelRead(linkCtx, rest);
        link.channelReadComplete(linkCtx);
      }
    }
    if (linkCtx != null) {
      link.startReading();
    }
  }

  final void write(byte[] bytes) {
    ctx.writeAndFlush(Unpooled.wrappedBuffer(bytes))
        .addListener(
            written -> {
              // Netty closes a connection that it cannot write to, which would look like an end in
              // order.
              if (!written.isSuccess() && !over) {
                finish();
                disconnected(written.cause());
              }
            });
  }

  /** Closes in order, after {@code last} where there is something to say. */
  final void close(byte @Nullable [] last) {
    finish();
    if (last == null) {
      ctx.close();
    } else {
      ctx.writeAndFlush(Unpooled.wrappedBuffer(last)).addListener(ChannelFutureListener.CLOSE);
    }
  }

  /** Closes so that the peer sees a reset. */
  final void reset() {
    finish();
    Channels.reset(channel());
  }

  private void finish() {
    over = true;
    if (waiting != null) {
      waiting.dispose();
    }
    ByteBuf rest = stash;
    stash = null;
    if (rest != null) {
      rest.release();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext unused) {
    if (!over) {
      finish();
      disconnected(null);
    }
    unused.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext unused, Throwable cause) {
    if (!over) {
      finish();
      disconnected(cause);
    }
    ctx.close();
  }
}
