package dev.parley.transport.rsocket.link;

import dev.parley.shares.Share;
import dev.parley.transport.rsocket.TransportOptions;
import dev.parley.transport.rsocket.frame.FrameAllocator;
import dev.parley.transport.rsocket.frame.OutboundPayload;
import dev.parley.transport.rsocket.frame.RecordWriter;
import dev.parley.transport.rsocket.guard.ControlFrames;
import dev.parley.transport.rsocket.guard.ErrorCode;
import dev.parley.transport.rsocket.guard.EventLoops;
import dev.parley.transport.rsocket.guard.FrameGuard;
import dev.parley.transport.rsocket.guard.StreamDemand;
import dev.parley.transport.session.CloseCode;
import dev.parley.transport.session.ControlRecord;
import dev.parley.transport.session.EstablishedSession;
import dev.parley.transport.session.RecordFormat;
import dev.parley.transport.session.SessionLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;
import io.rsocket.DuplexConnection;
import io.rsocket.RSocketErrorException;
import io.rsocket.frame.ErrorFrameCodec;
import io.rsocket.frame.FrameHeaderCodec;
import io.rsocket.frame.FrameType;
import java.net.SocketAddress;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The way out of a link, which is also what rsocket-core takes for its connection. Frames of any
 * thread are gathered here; the event loop passes them by the guard and seals them.
 *
 * <p>Confined to the event loop, but for the methods that say otherwise. What is offered during a
 * read waits for its end ({@link #hold}); anything else is sent in a task of the event loop.
 */
final class LinkOutput implements DuplexConnection, StreamDemand.Link {
  /** Who decides what becomes of the link. On the event loop, but for {@link #close}. */
  interface Owner {
    /** Tells the peer why, then closes. Any thread. */
    void close(CloseReason why, CloseCode code);

    /** Closes without a word. */
    void cut(CloseReason why);

    /** Frames have gone, behind GOAWAYs of both sides. */
    void finishIfQuiet();

    /** Something has gone, and answers are owed. */
    void asked(long nowNanos);
  }

  private final Channel channel;
  private final EventLoop loop;
  private final TransportOptions options;
  private final LongSupplier clock;
  private final LinkLife life;
  private final FrameGuard guard;
  private final FrameDelivery delivery;
  private final Owner owner;
  private final RecordWriter writer;
  private final OutboundGate gate;
  private final int maxFrameLength;
  private final Sinks.Empty<Void> onClose = Sinks.empty();
  private final Runnable drain = this::drain;
  private final Consumer<ByteBuf> offer = this::offer;

  @SuppressWarnings("NullAway.Init") // attach, before anything else
  private ChannelHandlerContext ctx;

  private @Nullable StreamDemand opening;
  private boolean held; // a read is under way
  private volatile long maxBytes;

  LinkOutput(
      Channel channel,
      EstablishedSession session,
      TransportOptions options,
      Share bytes,
      LongSupplier clock,
      LinkLife life,
      FrameGuard guard,
      FrameDelivery delivery,
      Owner owner) {
    this.channel = channel;
    this.loop = channel.eventLoop();
    this.options = options;
    this.clock = clock;
    this.life = life;
    this.guard = guard;
    this.delivery = delivery;
    this.owner = owner;
    this.maxFrameLength = RecordFormat.maxFrameBytes(session.maxRecordBytes());
    this.writer =
        new RecordWriter(
            session.sealer(),
            session.maxRecordBytes(),
            this::filter,
            this::written,
            clock.getAsLong());
    this.gate =
        new OutboundGate(writer, options, bytes, () -> EventLoops.execute(loop, this::written));
    limits(session.peerLimits());
  }

  /** The channel is there. */
  void attach(ChannelHandlerContext value) {
    ctx = value;
  }

  RecordWriter writer() {
    return writer;
  }

  OutboundGate gate() {
    return gate;
  }

  int maxFrameLength() {
    return maxFrameLength;
  }

  /** What may wait follows from what the peer takes. */
  void limits(SessionLimits peer) {
    long one = (long) peer.maxMessageBytes() + peer.maxMetadataBytes();
    maxBytes =
        Math.max(
            options.memory().outboundMaxBytes(), options.memory().outboundHighBytes() + 2 * one);
  }

  /** Whether more waits than may, which only a peer that does not read brings about. */
  boolean isOverfull() {
    return writer.pendingBytes() > maxBytes;
  }

  // ---- frames

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
      payload.frames(frame, maxFrameLength, offer);
    }
  }

  private void offer(ByteBuf frame) {
    if (!life.isOpen()) {
      frame.release();
      return;
    }
    boolean onLoop = loop.inEventLoop();
    if (writer.offer(frame, onLoop) && !(onLoop && held)) {
      EventLoops.execute(loop, drain);
    }
    if (isOverfull()) {
      overflowed();
    }
  }

  /** Sends a frame that the guard has made, in the batch that is under way. */
  void reply(ByteBuf frame) {
    if (!life.isOpen()) {
      frame.release();
      return;
    }
    writer.offerReply(frame);
    if (isOverfull()) {
      overflowed();
    }
  }

  private void overflowed() {
    owner.close(CloseReason.fault("outbound_overflow"), CloseCode.OVERLOADED);
  }

  /** Runs what sends the request of a stream, which then asks for {@code demand}. */
  void opening(StreamDemand demand, Runnable request) {
    opening = demand;
    try {
      request.run();
    } finally {
      opening = null;
    }
  }

  // ---- records

  /** A read begins: what it brings about is sent in batches. */
  void hold() {
    held = true;
  }

  /** The read has ended. */
  void release() {
    held = false;
    drain();
  }

  /** Sends what is there, unless a read is under way, whose end does. */
  void flush() {
    if (!held) {
      drain();
    }
  }

  /** Sends a control record, ahead of the frames that wait. */
  void send(ControlRecord record) {
    writer.offer(record);
    drain();
  }

  /** Sends what is there, and goes on with what has waited for that. */
  void drain() {
    if (life.state() == LinkLife.State.CLOSED) {
      writer.close();
      return;
    }
    if (writer.isExhausted()) {
      owner.cut(CloseReason.fault("records_exhausted"));
      return;
    }
    write();
    if (guard.isDemandWaiting() && writer.pendingBytes() < options.memory().outboundHighBytes()) {
      guard.grantDemand();
    }
    if (life.isFinishing()) {
      owner.finishIfQuiet();
    }
  }

  /** Sends what is there. */
  void write() {
    long now = clock.getAsLong();
    writer.drain(ctx, now);
    if (guard.outboundStreams() > 0) {
      owner.asked(now);
    }
  }

  private boolean filter(ByteBuf frame) {
    if (!life.takesRequests() && FrameHeaderCodec.frameType(frame).isRequestType()) {
      // Behind our GOAWAY the peer may close at any time, behind its own it accepts nothing.
      int streamId = FrameHeaderCodec.streamId(frame);
      guard.withdraw(streamId);
      delivery.deliver(
          ErrorFrameCodec.encode(
              channel.alloc(), streamId, WireErrors.of(ErrorCode.SHUT_DOWN, null)));
      return false;
    }
    return guard.outbound(frame);
  }

  private void written() {
    gate.release();
    if (guard.isDemandWaiting() && writer.pendingBytes() < options.memory().outboundLowBytes()) {
      guard.grantDemand();
    }
  }

  /** Settles accounts now and then, and sends what was left. */
  void maintain() {
    gate.bytes().settle();
    if (writer.hasFrames()) {
      drain();
    }
  }

  /** A number that changes when bytes leave. */
  long writtenMark() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return writer.writtenBytes() + (buffer == null ? 0 : buffer.currentProgress());
  }

  /** The connection is gone, and rsocket-core has been told. */
  void end() {
    onClose.tryEmitEmpty();
    gate.close();
  }

  // ---- demand

  /** What the consumer of one more stream asks for. Any thread. */
  StreamDemand newDemand() {
    return new StreamDemand(
        loop, this, options.streams().streamWindow(), options.streams().streamWindowBytes());
  }

  @Override
  public void requestItems(int streamId, int n) {
    if (life.isOpen() && guard.asks(streamId, n)) {
      writer.offerReply(ControlFrames.requestN(channel.alloc(), streamId, n));
      if (!held) {
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

  // ---- what rsocket-core asks of a connection

  @Override
  public Flux<ByteBuf> receive() {
    return delivery.frames();
  }

  @Override
  public void sendErrorAndClose(RSocketErrorException e) {
    offer(ErrorFrameCodec.encode(channel.alloc(), 0, e));
    dispose();
  }

  @Override
  public ByteBufAllocator alloc() {
    return FrameAllocator.INSTANCE;
  }

  @Override
  public SocketAddress remoteAddress() {
    return channel.remoteAddress();
  }

  @Override
  public Mono<Void> onClose() {
    return onClose.asMono();
  }

  @Override
  public void dispose() {
    owner.close(CloseReason.LOCAL, CloseCode.NORMAL);
  }

  @Override
  public boolean isDisposed() {
    return !life.isOpen();
  }
}
