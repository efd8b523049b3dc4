package dev.parley.transport.rsocket.link;

import dev.parley.links.DroppedErrors;
import dev.parley.transport.rsocket.TransportOptions;
import dev.parley.transport.rsocket.frame.FrameAllocator;
import dev.parley.transport.rsocket.frame.OutboundPayload;
import dev.parley.transport.rsocket.frame.ReadBatch;
import dev.parley.transport.rsocket.frame.RecordReader;
import dev.parley.transport.rsocket.frame.RecordWriter;
import dev.parley.transport.rsocket.frame.Scratch;
import dev.parley.transport.rsocket.guard.ControlFrames;
import dev.parley.transport.rsocket.guard.ErrorCode;
import dev.parley.transport.rsocket.guard.EventLoops;
import dev.parley.transport.rsocket.guard.FrameGuard;
import dev.parley.transport.rsocket.guard.FrameViolation;
import dev.parley.transport.rsocket.guard.StreamDemand;
import dev.parley.transport.session.CloseCode;
import dev.parley.transport.session.ControlRecord;
import dev.parley.transport.session.EstablishedSession;
import dev.parley.transport.session.RecordException;
import dev.parley.transport.session.RecordFormat;
import dev.parley.transport.session.SessionLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;
import io.rsocket.DuplexConnection;
import io.rsocket.RSocketErrorException;
import io.rsocket.frame.ErrorFrameCodec;
import io.rsocket.frame.FrameHeaderCodec;
import io.rsocket.frame.FrameType;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;

/**
 * One authenticated connection: Netty handler, record layer, frame guard and RSocket's {@code
 * DuplexConnection} in one, so that a frame passes no queue and no operator between the socket and
 * rsocket-core.
 *
 * <p>Everything is confined to the channel's event loop, but for {@code sendFrame}, which gathers
 * frames from any thread. Frames that arrive during a read are answered in one batch at its end, or
 * in a few ({@link ReadBatch}). Without CLOSE from the peer, the end of the connection is a
 * truncation and is reported as such.
 */
public final class LinkChannel extends ChannelInboundHandlerAdapter
    implements DuplexConnection, RecordReader.Sink, FrameGuard.Output, StreamDemand.Link {
  private static final Logger log = LoggerFactory.getLogger(LinkChannel.class);
  private static final int MAX_CONTROLS = 256;

  /** Who is told what happens to the connection. On the event loop. */
  interface Owner {
    /** The peer states its limits. */
    void limits(SessionLimits limits);

    /** The peer takes no new requests. */
    void goneAway();

    /** See {@link LinkChannel#prefetch()}. */
    int prefetch();

    /** Nothing was asked or answered for the idle timeout. */
    void idle();

    /** The connection is gone. */
    void closed(CloseReason reason);
  }

  private final Channel channel;
  private final EventLoop loop;
  private final EstablishedSession session;
  private final TransportOptions options;
  private final LongSupplier clock;
  private final FrameGuard guard;
  private final RecordReader reader;
  private final RecordWriter writer;
  private final OutboundGate gate;
  private final int maxFrameLength;
  private final Liveness liveness;
  private final Pings pings = new Pings();
  private final FrameDelivery delivery;
  private final Sinks.Empty<Void> onClose = Sinks.empty();
  private final Runnable drain = this::drain;
  private final Consumer<ByteBuf> offer = this::offer;

  @SuppressWarnings("NullAway.Init") // handlerAdded, before anything else
  private ChannelHandlerContext ctx;

  @SuppressWarnings("NullAway.Init") // the event loop's, likewise
  private ReadBatch batch;

  private @Nullable Owner owner;
  private @Nullable StreamDemand opening;
  private boolean reading;
  private long readNanos;
  private boolean sentGoAway;
  private boolean peerGoesAway;
  private boolean finishing;
  private CloseReason finishReason = CloseReason.LOCAL;
  private long lastInteractionNanos;
  private volatile boolean open = true;
  private boolean awaitingClose; // we have said CLOSE, and the peer has not
  private boolean terminated;
  private volatile @Nullable CloseReason reason;
  private volatile long maxOutboundBytes;

  LinkChannel(
      Channel channel,
      EstablishedSession session,
      TransportOptions options,
      LongSupplier clock,
      Guards guards) {
    this.channel = channel;
    this.loop = channel.eventLoop();
    this.session = session;
    this.options = options;
    this.clock = clock;
    this.delivery = new FrameDelivery(channel, this::demanded, this::rsocketFailed);
    this.guard = guards.create(session, channel.alloc(), this);
    long now = clock.getAsLong();
    this.maxFrameLength = RecordFormat.maxFrameBytes(session.maxRecordBytes());
    this.reader = new RecordReader(session.opener(), this);
    this.writer =
        new RecordWriter(
            session.sealer(), session.maxRecordBytes(), this::filter, this::written, now);
    this.gate =
        new OutboundGate(
            writer, options, guards.outbound(), () -> EventLoops.execute(loop, this::written));
    this.liveness =
        new Liveness(options.pingIdle(), options.pingDead(), options.stallTimeout(), now);
    this.readNanos = now;
    this.lastInteractionNanos = now;
    setMaxOutbound(session.peerLimits());
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    ctx = added;
    batch = Scratch.get().readBatch;
    scheduleMaintenance();
  }

  /** Sets who is told; before anything is read. Event loop. */
  void attach(Owner value) {
    this.owner = value;
  }

  EstablishedSession session() {
    return session;
  }

  OutboundGate gate() {
    return gate;
  }

  RecordReader reader() {
    return reader;
  }

  RecordWriter writer() {
    return writer;
  }

  FrameGuard guard() {
    return guard;
  }

  int maxWaitingRequests() {
    return options.maxWaitingRequests();
  }

  public Channel socket() {
    return channel;
  }

  EventLoop eventLoop() {
    return loop;
  }

  /** Why the connection ended or is about to, if it does. Any thread. */
  @Nullable CloseReason reason() {
    return reason;
  }

  // ---- inbound

  @Override
  public void channelRead(ChannelHandlerContext unused, Object msg) {
    if (!(msg instanceof ByteBuf chunk)) {
      unused.fireChannelRead(msg);
      return;
    }
    reading = true;
    long now = clock.getAsLong();
    readNanos = now;
    batch.prefetched(prefetch());
    try {
      reader.read(chunk, now);
    } catch (RecordException e) {
      // Without an explanation to the peer: it may be forged traffic.
      log.debug("{} sent a record that was refused: {}", peer(), e.fault());
      abort(CloseReason.fault("record_" + e.fault().name().toLowerCase(Locale.ROOT)));
    } catch (FrameViolation e) {
      log.debug("{} broke the protocol: {}", peer(), e.reason());
      close(
          CloseReason.fault("frame_" + e.reason().name().toLowerCase(Locale.ROOT)),
          e.reason().isLimit() ? CloseCode.LIMITS : CloseCode.PROTOCOL_ERROR);
    } finally {
      chunk.release();
    }
  }

  /**
   * Reads a little of whatever a batch goes through. A thousand busy links do not fit into a
   * processor's caches, and it waits some hundred nanoseconds for each line of memory that is not
   * there. One after the other, where a batch comes upon them, that takes as long as all else; here
   * no read depends on the one before, so that it waits for many at a time.
   *
   * @return a number that means nothing, without which the compiler would leave the reads out
   */
  private int prefetch() {
    Owner o = owner;
    return guard.prefetch()
        + reader.prefetch()
        + writer.prefetch()
        + gate.prefetch()
        + (delivery.isEmpty() ? 1 : 0)
        + (channel.isWritable() ? 1 : 0)
        + (o == null ? 0 : o.prefetch());
  }

  /** When the bytes were read that are being handed over now, or were last. Event loop. */
  long readNanos() {
    return readNanos;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext unused) {
    reading = false;
    batch.reset();
    drain();
    if (finishing) {
      finishIfQuiet();
    }
  }

  @Override
  public boolean isReading() {
    return open || awaitingClose;
  }

  @Override
  public void frame(ByteBuf frame) throws FrameViolation {
    if (!open) {
      frame.release(); // behind our CLOSE
      return;
    }
    int bytes = frame.readableBytes();
    guard.inbound(frame, readNanos);
    if (batch.handled(bytes, guard.outboundStreams(), reader.bytesBehind())) {
      drain();
    }
  }

  @Override
  public void deliver(ByteBuf frame) {
    lastInteractionNanos = readNanos;
    delivery.deliver(frame);
  }

  private void rsocketFailed(RuntimeException e) {
    // It does not throw on what the guard lets through; if it does, the link is lost.
    log.warn("rsocket-core failed on a frame of {}", peer(), e);
    abort(CloseReason.fault("internal_error"));
  }

  @Override
  public void reply(ByteBuf frame) {
    if (!open) {
      frame.release();
      return;
    }
    writer.offerReply(frame);
    if (writer.pendingBytes() > maxOutboundBytes) {
      close(CloseReason.fault("outbound_overflow"), CloseCode.OVERLOADED);
    }
  }

  @Override
  public void connectionError(int code) {
    close(CloseReason.fault("rsocket_error"), CloseCode.NORMAL);
  }

  private int openStreams() {
    return guard.inboundStreams() + guard.outboundStreams();
  }

  @Override
  public void control(ControlRecord record) {
    if (!open) {
      if (record instanceof ControlRecord.Close) {
        ctx.close(); // both sides have said it
      }
    } else if (record instanceof ControlRecord.Ping ping) {
      if (writer.controls() >= MAX_CONTROLS || writer.pendingBytes() > maxOutboundBytes) {
        close(CloseReason.fault("control_flood"), CloseCode.LIMITS);
      } else {
        writer.offer(new ControlRecord.Pong(ping.token()));
      }
    } else if (record instanceof ControlRecord.Pong pong) {
      pings.answered(pong.token(), clock.getAsLong());
    } else if (record instanceof ControlRecord.Ready ready) {
      limits(ready.limits());
    } else if (record instanceof ControlRecord.Limits changed) {
      limits(changed.limits());
    } else if (record instanceof ControlRecord.GoAway) {
      goneAway();
    } else if (record instanceof ControlRecord.Close close) {
      peerClosed(close);
    }
  }

  private void limits(SessionLimits limits) {
    setMaxOutbound(limits);
    if (owner != null) {
      owner.limits(limits);
    }
  }

  private void setMaxOutbound(SessionLimits peer) {
    long one = (long) peer.maxMessageBytes() + peer.maxMetadataBytes();
    maxOutboundBytes = Math.max(options.outboundMaxBytes(), options.outboundHighBytes() + 2 * one);
  }

  private void peerClosed(ControlRecord.Close close) {
    reason = CloseReason.byPeer(close);
    open = false;
    writer.offer(ControlRecord.Close.of(CloseCode.NORMAL));
    writer.drain(ctx, clock.getAsLong());
    ctx.close();
  }

  // ---- outbound

  @Override
  public void sendFrame(int streamId, ByteBuf frame) {
    if (FrameHeaderCodec.frameType(frame) == FrameType.REQUEST_N) {
      frame.release(); // StreamDemand asks for items
      return;
    }
    StreamDemand demand = loop.inEventLoop() ? opening : null;
    if (demand != null) {
      opening = null;
      guard.announce(streamId, demand);
    }
    OutboundPayload payload = OutboundPayload.behind(frame);
    if (payload == null) {
      offer(frame);
    } else {
      payload.frames(frame, maxFrameLength(), offer);
    }
  }

  /** Runs what sends the request of a stream, which then asks for {@code demand}. Event loop. */
  void opening(StreamDemand demand, Runnable request) {
    opening = demand;
    try {
      request.run();
    } finally {
      opening = null;
    }
  }

  /** The stream of the frame that rsocket-core is being handed. Event loop. */
  int deliveringStreamId() {
    return delivery.streamId();
  }

  @Override
  public void requestItems(int streamId, int n) {
    if (open && guard.asks(streamId, n)) {
      writer.offerReply(ControlFrames.requestN(channel.alloc(), streamId, n));
      if (!reading) {
        EventLoops.execute(loop, drain);
      }
    }
  }

  @Override
  public int requests() {
    return guard.requests();
  }

  @Override
  public long nanoTime() {
    return clock.getAsLong();
  }

  /** What the consumer of one more stream asks for. Any thread. */
  StreamDemand newDemand() {
    return new StreamDemand(loop, this, options.streamWindow(), options.streamWindowBytes());
  }

  private void offer(ByteBuf frame) {
    if (!open) {
      frame.release();
      return;
    }
    boolean onLoop = loop.inEventLoop();
    if (writer.offer(frame, onLoop) && !(onLoop && reading)) {
      EventLoops.execute(loop, drain);
    }
    if (writer.pendingBytes() > maxOutboundBytes) {
      close(CloseReason.fault("outbound_overflow"), CloseCode.OVERLOADED);
    }
  }

  private void drain() {
    if (terminated) {
      writer.close();
      return;
    }
    if (writer.isExhausted()) {
      abort(CloseReason.fault("records_exhausted"));
      return;
    }
    writer.drain(ctx, clock.getAsLong());
    if (guard.isDemandWaiting() && writer.pendingBytes() < options.outboundHighBytes()) {
      guard.grantDemand();
    }
    if (finishing) {
      finishIfQuiet();
    }
  }

  private boolean filter(ByteBuf frame) {
    if ((sentGoAway || peerGoesAway) && FrameHeaderCodec.frameType(frame).isRequestType()) {
      // Behind our GOAWAY the peer may close at any time, behind its own it accepts nothing.
      int streamId = FrameHeaderCodec.streamId(frame);
      guard.withdraw(streamId);
      deliver(
          ErrorFrameCodec.encode(
              channel.alloc(), streamId, WireErrors.of(ErrorCode.SHUT_DOWN, null)));
      return false;
    }
    return guard.outbound(frame);
  }

  private void written() {
    gate.release();
    if (guard.isDemandWaiting() && writer.pendingBytes() < options.outboundLowBytes()) {
      guard.grantDemand();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext unused) {
    if (channel.isWritable() && writer.hasFrames()) {
      drain();
    }
  }

  /** Measures the round trip. Cold; any thread. */
  Mono<Duration> ping() {
    Mono<Duration> pinging =
        Mono.create(
            sink -> {
              if (!EventLoops.execute(loop, () -> ping(sink))) {
                sink.error(new ClosedChannelException());
              }
            });
    return pinging.contextWrite(DroppedErrors::addTo);
  }

  private void ping(MonoSink<Duration> sink) {
    long token = open ? pings.start(sink, clock.getAsLong()) : -1;
    if (token < 0) {
      sink.error(new ClosedChannelException());
      return;
    }
    sink.onDispose(() -> EventLoops.execute(loop, () -> pings.forget(token)));
    writer.offer(new ControlRecord.Ping(token));
    drain();
  }

  /** Reads from now on, unless frames wait to be taken. Event loop. */
  public void startReading() {
    if (open && delivery.isEmpty()) {
      channel.config().setAutoRead(true);
    }
  }

  /** Sends a control record. Event loop. */
  public void send(ControlRecord record) {
    if (open) {
      writer.offer(record);
      drain();
    }
  }

  // ---- going away

  /** Takes no new requests, and closes once both sides have nothing running. Any thread. */
  void goAway(CloseReason why) {
    if (!loop.inEventLoop()) {
      EventLoops.execute(loop, () -> goAway(why));
      return;
    }
    if (!open) {
      return;
    }
    if (!finishing) {
      finishing = true;
      finishReason = why;
    }
    if (!sentGoAway) {
      drain(); // what was offered before the GOAWAY goes before it
      sentGoAway = true;
      guard.refuseNewRequests();
      writer.offer(new ControlRecord.GoAway(guard.lastAcceptedStreamId()));
      drain();
    }
  }

  /** Closes after {@code limit}, unless it is closed by then. Any thread. */
  void closeAfter(Duration limit, CloseReason why) {
    try {
      Future<?> timer =
          loop.schedule(() -> close(why, why.code()), limit.toNanos(), TimeUnit.NANOSECONDS);
      channel.closeFuture().addListener(closed -> timer.cancel(false));
    } catch (RejectedExecutionException e) {
      // The event loop has ended, and every connection with it.
    }
  }

  private void goneAway() {
    peerGoesAway = true;
    if (owner != null) {
      owner.goneAway();
    }
    goAway(CloseReason.PEER_GOING_AWAY);
  }

  private void finishIfQuiet() {
    if (open
        && sentGoAway
        && peerGoesAway
        && openStreams() == 0
        && !writer.hasFrames()
        && delivery.isEmpty()) {
      close(finishReason, finishReason.code());
    }
  }

  // ---- time

  private void scheduleMaintenance() {
    loop.schedule(this::maintain, liveness.intervalNanos(), TimeUnit.NANOSECONDS);
  }

  private void maintain() {
    if (terminated) {
      return;
    }
    long now = clock.getAsLong();
    guard.onTimer(now);
    gate.bytes().settle();
    if (writer.hasFrames()) {
      drain();
    }
    if (readNanos != liveness.lastInboundNanos()) {
      liveness.inbound(readNanos);
    }
    long partialSince = reader.isPartial() ? reader.partialSinceNanos() : Long.MIN_VALUE;
    switch (liveness.check(now, writer.pendingBytes(), writtenMark(), partialSince)) {
      case PING -> {
        writer.offer(new ControlRecord.Ping(pings.nextToken()));
        drain();
      }
      case DEAD -> abort(CloseReason.fault("dead"));
      case WRITE_STALLED -> abort(CloseReason.fault("write_stalled"));
      case READ_STALLED -> abort(CloseReason.fault("read_stalled"));
      case NONE -> {
        if (openStreams() > 0) {
          lastInteractionNanos = now;
        } else if (open
            && !finishing
            && owner != null
            && now - lastInteractionNanos >= options.idleTimeout().toNanos()) {
          owner.idle();
        }
      }
    }
    if (finishing) {
      finishIfQuiet();
    }
    scheduleMaintenance();
  }

  private long writtenMark() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return writer.writtenBytes() + (buffer == null ? 0 : buffer.currentProgress());
  }

  // ---- the end

  /** Tells the peer why, then closes; at once where {@code code} is null. Any thread. */
  public void close(CloseReason why, @Nullable CloseCode code) {
    if (!loop.inEventLoop()) {
      EventLoops.execute(loop, () -> close(why, code));
      return;
    }
    if (!open) {
      return;
    }
    if (code == null) {
      abort(why);
      return;
    }
    writer.drain(ctx, clock.getAsLong()); // what was offered before the close goes before it
    open = false;
    reason = why;
    awaitingClose = true;
    writer.offer(new ControlRecord.Close(code, 0, ""));
    writer.drain(ctx, clock.getAsLong());
    loop.schedule(
        () -> Channels.reset(channel), options.closeTimeout().toNanos(), TimeUnit.NANOSECONDS);
  }

  private void abort(CloseReason why) {
    awaitingClose = false;
    if (open) {
      open = false;
      reason = why;
    }
    ctx.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext unused) {
    terminate();
    unused.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext unused, Throwable cause) {
    log.debug("connection to {} failed: {}", peer(), cause.toString());
    abort(CloseReason.fault("connection_reset"));
  }

  private void terminate() {
    if (terminated) {
      return;
    }
    terminated = true;
    open = false;
    if (reason == null) {
      reason = CloseReason.TRUNCATED;
    }
    CloseReason why = reason;
    writer.close();
    guard.close();
    ClosedChannelException closed = new ClosedChannelException();
    delivery.end(closed);
    onClose.tryEmitEmpty();
    gate.close();
    pings.fail(closed);
    if (owner != null) {
      owner.closed(why);
    }
    session.destroy();
  }

  private String peer() {
    return session.peer().toShortString();
  }

  // ---- DuplexConnection

  @Override
  public void sendErrorAndClose(RSocketErrorException e) {
    offer(ErrorFrameCodec.encode(channel.alloc(), 0, e));
    close(CloseReason.LOCAL, CloseCode.NORMAL);
  }

  @Override
  public Flux<ByteBuf> receive() {
    return delivery.frames();
  }

  private void demanded() {
    if (!reading) {
      drain();
    }
  }

  @Override
  public ByteBufAllocator alloc() {
    return FrameAllocator.INSTANCE;
  }

  @Override
  public SocketAddress remoteAddress() {
    return channel.remoteAddress();
  }

  int maxFrameLength() {
    return maxFrameLength;
  }

  @Override
  public Mono<Void> onClose() {
    return onClose.asMono();
  }

  @Override
  public void dispose() {
    close(CloseReason.LOCAL, CloseCode.NORMAL);
  }

  @Override
  public boolean isDisposed() {
    return !open;
  }
}
