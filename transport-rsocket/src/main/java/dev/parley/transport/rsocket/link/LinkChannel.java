package dev.parley.transport.rsocket.link;

import dev.parley.shares.Shares;
import dev.parley.transport.rsocket.TransportOptions;
import dev.parley.transport.rsocket.frame.ReadBatch;
import dev.parley.transport.rsocket.frame.RecordReader;
import dev.parley.transport.rsocket.frame.Scratch;
import dev.parley.transport.rsocket.guard.FrameGuard;
import dev.parley.transport.rsocket.guard.FrameViolation;
import dev.parley.transport.rsocket.guard.RateLimit;
import dev.parley.transport.session.CloseCode;
import dev.parley.transport.session.ControlRecord;
import dev.parley.transport.session.EstablishedSession;
import dev.parley.transport.session.RecordException;
import dev.parley.transport.session.SessionLimits;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * One authenticated connection: Netty handler, record layer and frame guard in one, so that a frame
 * passes no queue and no operator between the socket and rsocket-core. {@link LinkLife} decides
 * what becomes of the connection, and is obeyed here; {@link LinkOutput} is the way out.
 *
 * <p>Confined to the channel's event loop, but for the methods that say otherwise. Frames that
 * arrive during a read are answered in one batch at its end, or in a few ({@link ReadBatch}).
 * Without CLOSE from the peer, the end of the connection is a truncation and is reported as such.
 */
public final class LinkChannel extends ChannelInboundHandlerAdapter
    implements RecordReader.Sink, FrameGuard.Output, LinkActions.Connection {
  private static final Logger log = LoggerFactory.getLogger(LinkChannel.class);

  /** A node at work sends a handful a minute; each one costs about what a small request costs. */
  private static final int CONTROLS_PER_SECOND = 1000;

  private static final int MAX_CONTROLS = 256;

  /** Who is told what happens to the connection. On the event loop. */
  interface Owner {
    /** The peer states its limits. */
    void limits(SessionLimits limits);

    /** The peer takes no new requests. */
    void goneAway();

    /** Nothing was asked or answered for the idle timeout. */
    void idle();

    /** Whether answers are owed and the peer is silent; told when that changes. */
    void suspect(boolean silent);

    /** The connection is gone. */
    void closed(CloseReason reason);
  }

  private final Channel channel;
  private final EventLoop loop;
  private final EstablishedSession session;
  private final TransportOptions options;
  private final LongSupplier clock;
  private final LinkLife life;
  private final LinkMemory memory;
  private final FrameGuard guard;
  private final RecordReader reader;
  private final FrameDelivery delivery;
  private final LinkActions actions;
  private final LinkOutput out;

  @SuppressWarnings("NullAway.Init") // the event loop's, handlerAdded
  private ReadBatch batch;

  private final RateLimit controls = new RateLimit(CONTROLS_PER_SECOND, 2);
  private @Nullable Owner owner;
  private long readNanos;
  private long interactionNanos;

  LinkChannel(
      Channel channel,
      EstablishedSession session,
      TransportOptions options,
      LongSupplier clock,
      Guards guards,
      Shares node) {
    this.channel = channel;
    this.loop = channel.eventLoop();
    this.session = session;
    this.options = options;
    this.clock = clock;
    this.life = new LinkLife(options.liveness().idleTimeout(), options.liveness().closeTimeout());
    if (!session.isInitiator()) {
      life.admitted(); // READY is for who dialled
    }
    this.delivery = new FrameDelivery(channel, this::demanded, this::rsocketFailed);
    this.memory = new LinkMemory(node, Guards.origin(session, channel), this);
    this.guard = guards.create(session, channel, memory, this);
    this.reader = new RecordReader(session.opener(), this);
    this.actions = new LinkActions(loop, options, clock, life, guard, reader, this);
    this.out =
        new LinkOutput(
            channel,
            session,
            options,
            guards.outbound(memory),
            clock,
            life,
            guard,
            delivery,
            actions);
    this.readNanos = clock.getAsLong();
    this.interactionNanos = readNanos;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    out.attach(added);
    batch = Scratch.get().readBatch;
    actions.start(added, out);
  }

  /** Sets who is told; before anything is read. */
  void attach(Owner value) {
    this.owner = value;
  }

  EstablishedSession session() {
    return session;
  }

  /** The way out. */
  LinkOutput out() {
    return out;
  }

  RecordReader reader() {
    return reader;
  }

  int maxWaitingRequests() {
    return options.limits().maxWaitingRequests();
  }

  /** The Netty channel. */
  public Channel socket() {
    return channel;
  }

  EventLoop eventLoop() {
    return loop;
  }

  LinkLife life() {
    return life;
  }

  // ---- inbound

  @Override
  public void channelRead(ChannelHandlerContext unused, Object msg) {
    if (!(msg instanceof ByteBuf chunk)) {
      unused.fireChannelRead(msg);
      return;
    }
    out.hold();
    long now = clock.getAsLong();
    readNanos = now;
    try {
      reader.read(chunk, now);
    } catch (RecordException e) {
      // Without an explanation to the peer: it may be forged traffic.
      log.debug("{} sent a record that was refused: {}", peer(), e.fault());
      actions.cut(CloseReason.fault("record_" + e.fault().name().toLowerCase(Locale.ROOT)));
    } finally {
      chunk.release();
    }
    memory.look();
  }

  @Override
  public long readNanos() {
    return readNanos;
  }

  @Override
  public long interactionNanos() {
    return interactionNanos;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext unused) {
    batch.reset();
    out.release();
  }

  @Override
  public boolean isReading() {
    return !life.isOver();
  }

  @Override
  public void frame(ByteBuf frame) {
    if (!life.isOpen()) {
      frame.release(); // behind our CLOSE
      return;
    }
    int bytes = frame.readableBytes();
    try {
      guard.inbound(frame, readNanos);
    } catch (FrameViolation e) {
      broke(e); // here, so that the reader goes on behind it: the peer's CLOSE is still to be read
      return;
    }
    if (batch.handled(bytes, guard.outboundStreams(), reader.bytesBehind())) {
      out.drain();
    }
  }

  private void broke(FrameViolation e) {
    log.debug("{} broke the protocol: {}", peer(), e.reason());
    close(
        CloseReason.fault("frame_" + e.reason().name().toLowerCase(Locale.ROOT)),
        e.reason().isLimit() ? CloseCode.LIMITS : CloseCode.PROTOCOL_ERROR);
  }

  @Override
  public void deliver(ByteBuf frame) {
    interactionNanos = readNanos;
    delivery.deliver(frame);
  }

  private void rsocketFailed(RuntimeException e) {
    // It does not throw on what the guard lets through; if it does, the link is lost.
    log.warn("rsocket-core failed on a frame of {}", peer(), e);
    actions.cut(CloseReason.fault("internal_error"));
  }

  @Override
  public void reply(ByteBuf frame) {
    out.reply(frame);
  }

  @Override
  public void connectionError(int code) {
    close(CloseReason.fault("rsocket_error"), CloseCode.NORMAL);
  }

  @Override
  public void control(ControlRecord record) {
    if (record instanceof ControlRecord.Close close) {
      actions.perform(life.peerClosed(close));
    } else if (life.isOpen()) {
      if (controls.check(readNanos) == RateLimit.Verdict.WITHIN) {
        whileOpen(record);
      } else {
        close(CloseReason.fault("control_flood"), CloseCode.LIMITS);
      }
    }
  }

  private void whileOpen(ControlRecord record) {
    if (record instanceof ControlRecord.Ping ping) {
      if (out.writer().controls() >= MAX_CONTROLS || out.isOverfull()) {
        close(CloseReason.fault("control_flood"), CloseCode.LIMITS);
      } else {
        out.writer().offer(new ControlRecord.Pong(ping.token()));
      }
    } else if (record instanceof ControlRecord.Pong pong) {
      actions.answered(pong);
    } else if (record instanceof ControlRecord.Ready ready) {
      life.admitted();
      limits(ready.limits());
    } else if (record instanceof ControlRecord.Limits changed) {
      limits(changed.limits());
    } else if (record instanceof ControlRecord.GoAway) {
      actions.peerGoesAway();
      if (owner != null) {
        owner.goneAway();
      }
    }
  }

  private void limits(SessionLimits limits) {
    out.limits(limits);
    if (owner != null) {
      owner.limits(limits);
    }
  }

  /** The stream of the frame that rsocket-core is being handed. */
  int deliveringStreamId() {
    return delivery.streamId();
  }

  @Override
  public boolean isDelivering() {
    return !delivery.isEmpty();
  }

  private void demanded() {
    out.flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext unused) {
    if (channel.isWritable() && out.writer().hasFrames()) {
      out.drain();
    }
  }

  /** Reads from now on, unless frames wait to be taken. */
  public void startReading() {
    if (life.isOpen() && delivery.isEmpty()) {
      channel.config().setAutoRead(true);
    }
  }

  /** Sends a control record, if the link is open. */
  public void send(ControlRecord record) {
    actions.send(record);
  }

  /** Measures the round trip. Cold; any thread. */
  Mono<Duration> ping() {
    return actions.ping();
  }

  // ---- the end

  /** See {@link LinkActions#goAway}. Any thread. */
  void goAway(CloseReason why, Duration limit) {
    actions.goAway(why, limit);
  }

  /** Tells the peer why, then closes; at once where {@code code} is null. Any thread. */
  public void close(CloseReason why, @Nullable CloseCode code) {
    actions.close(why, code);
  }

  @Override
  public void channelInactive(ChannelHandlerContext unused) {
    actions.ended();
    unused.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext unused, Throwable cause) {
    log.debug("connection to {} failed: {}", peer(), cause.toString());
    actions.cut(CloseReason.fault("connection_reset"));
  }

  @Override
  public void idle() {
    if (owner != null) {
      owner.idle();
    }
  }

  @Override
  public void suspect(boolean silent) {
    if (owner != null) {
      owner.suspect(silent);
    }
  }

  @Override
  public void tearDown() {
    out.writer().close();
    guard.close();
    ClosedChannelException closed = new ClosedChannelException();
    delivery.end(closed);
    out.end();
    memory.close();
    actions.failPings(closed);
    if (owner != null) {
      owner.closed(Objects.requireNonNullElse(life.reason(), CloseReason.TRUNCATED));
    }
    session.destroy();
  }

  private String peer() {
    return session.peer().toShortString();
  }
}
