package dev.parley.transport.rsocket.guard;

import dev.parley.shares.Share;
import dev.parley.transport.rsocket.guard.FrameViolation.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Stands between an authenticated peer and rsocket-core: checks every inbound frame before
 * rsocket-core sees it, and watches every outbound frame to know the state of each stream.
 *
 * <p>What reaches rsocket-core is well-formed, belongs to a stream that is open in that direction,
 * keeps to its interaction model, is never a fragment, and is bounded in size, rate, concurrency
 * and demand. What a peer does wrong falls into three classes: a {@link FrameViolation} ends the
 * connection; a limit on one message or request ends that stream, with an ERROR that says whether
 * it was executed; a frame that lost a race, such as an answer to a cancelled request, is dropped.
 * The last two are counted, see {@link GuardEvent}.
 *
 * <p>Demand: rsocket-core never holds more than {@link GuardOptions#demandWindow()} items of demand
 * for one stream. What the peer asked for beyond that is kept and becomes due as items go out; the
 * caller passes it on with {@link #grantDemand()} when it can take more output, which is also how a
 * slow connection holds back its handlers.
 *
 * <p>Not thread-safe: all methods but {@link #count} belong to the connection's event loop. Nothing
 * here reads a clock, schedules or does I/O. {@code nowNanos} is any monotonic clock.
 *
 * <p>Specification: RSocket protocol 1.0. Resumption and leases are not supported; METADATA_PUSH is
 * checked and dropped, as Parley has no use for it.
 */
public final class FrameGuard {
  private static final int BURST_SECONDS = 15; // keep-alives pile up while a peer is paused

  /** Where frames go. Both methods take ownership and must not throw. */
  public interface Output {
    /** Hands an inbound frame to rsocket-core, which may send frames before this returns. */
    void deliver(ByteBuf frame);

    /** Sends a frame of the guard's own to the peer; it must not pass {@link #outbound}. */
    void reply(ByteBuf frame);

    /**
     * Called after the peer declared the connection broken with an ERROR on stream 0, which has
     * been delivered. Nothing is delivered afterwards; the connection is to be closed, because
     * rsocket-core ends its requests but leaves the connection open.
     */
    void connectionError(int code);
  }

  private final GuardContext context;
  private final GuardOptions options;
  private final PeerStreams peer;
  private final OwnStreams own;
  private final RateLimit keepAlives;
  private final RateLimit metadataPushes;
  private final int ownParity;
  private boolean setUp;
  private boolean ended;

  /**
   * Creates the guard of one connection.
   *
   * @param initiator true when we dialled: SETUP and the odd stream ids are ours
   * @param memory what the connection has of the bytes that the node keeps for messages of which
   *     only a part has arrived; {@link #close} closes it
   * @param admission asked for each request of the peer
   * @param alloc for reassembled messages and for the guard's own frames
   */
  public FrameGuard(
      GuardOptions options,
      boolean initiator,
      Share memory,
      Admission admission,
      ByteBufAllocator alloc,
      Output out) {
    this.options = options;
    this.setUp = initiator;
    this.ownParity = initiator ? 1 : 0;
    this.context = new GuardContext(options, memory, alloc, out);
    this.peer = new PeerStreams(context, options, admission, !initiator);
    this.own = new OwnStreams(context, initiator);
    this.keepAlives = new RateLimit(options.maxKeepAlivesPerSecond(), BURST_SECONDS);
    this.metadataPushes = new RateLimit(options.maxMetadataPushesPerSecond(), BURST_SECONDS);
  }

  /**
   * Takes a frame from the peer, without its length prefix, and owns it on every path. It must be
   * writable: request n is cut in place.
   *
   * @throws FrameViolation when the connection must be closed; later frames are dropped
   */
  public void inbound(ByteBuf frame, long nowNanos) throws FrameViolation {
    if (ended) {
      frame.release();
      return;
    }
    try {
      dispatch(frame, nowNanos);
    } catch (FrameViolation e) {
      ended = true;
      frame.release();
      throw e;
    }
  }

  private void dispatch(ByteBuf frame, long nowNanos) throws FrameViolation {
    FrameLayout.require(frame, FrameLayout.HEADER_BYTES);
    int start = frame.readerIndex();
    int streamId = frame.getInt(start);
    int typeAndFlags = frame.getUnsignedShort(start + FrameLayout.TYPE_OFFSET);
    int type = typeAndFlags >>> FrameLayout.TYPE_SHIFT;
    int flags = typeAndFlags & FrameLayout.FLAGS_MASK;
    if (streamId < 0) {
      throw new FrameViolation(Reason.RESERVED_BIT);
    }
    if (!setUp) {
      firstFrame(frame, streamId, type, flags);
    } else if (streamId == 0) {
      connectionFrame(frame, type, flags, nowNanos);
    } else if ((streamId & 1) == ownParity) {
      own.inbound(frame, streamId, type, flags, nowNanos);
    } else {
      peer.inbound(frame, streamId, type, flags, nowNanos);
    }
  }

  private void firstFrame(ByteBuf frame, int streamId, int type, int flags) throws FrameViolation {
    if (streamId != 0 || type != FrameLayout.SETUP) {
      throw new FrameViolation(Reason.SETUP_EXPECTED);
    }
    SetupFrame.check(frame, flags, options);
    setUp = true;
    context.out.deliver(frame);
  }

  private void connectionFrame(ByteBuf frame, int type, int flags, long nowNanos)
      throws FrameViolation {
    switch (type) {
      case FrameLayout.KEEPALIVE -> keepAlive(frame, flags, nowNanos);
      case FrameLayout.METADATA_PUSH -> metadataPush(frame, nowNanos);
      case FrameLayout.ERROR -> connectionError(frame, flags);
      case FrameLayout.SETUP -> throw new FrameViolation(Reason.SETUP_UNEXPECTED);
      default -> context.unexpected(frame, type, flags);
    }
  }

  /** rsocket-core answers with an echo of the data, hence the limits. */
  private void keepAlive(ByteBuf frame, int flags, long nowNanos) throws FrameViolation {
    FrameLayout.require(frame, FrameLayout.KEEPALIVE_DATA_OFFSET);
    FrameLayout.refuseMetadata(flags);
    int dataBytes = frame.readableBytes() - FrameLayout.KEEPALIVE_DATA_OFFSET;
    if (dataBytes > options.maxKeepAliveDataBytes()) {
      throw new FrameViolation(Reason.KEEPALIVE_TOO_LARGE);
    }
    switch (keepAlives.check(nowNanos)) {
      case WITHIN -> context.out.deliver(frame);
      case OVER -> context.drop(frame, GuardEvent.DROPPED_KEEPALIVE);
      case FLOOD -> throw new FrameViolation(Reason.KEEPALIVE_FLOOD);
    }
  }

  private void metadataPush(ByteBuf frame, long nowNanos) throws FrameViolation {
    if (frame.readableBytes() - FrameLayout.HEADER_BYTES > options.maxMetadataPushBytes()) {
      throw new FrameViolation(Reason.METADATA_PUSH_TOO_LARGE);
    }
    if (metadataPushes.check(nowNanos) == RateLimit.Verdict.FLOOD) {
      throw new FrameViolation(Reason.METADATA_PUSH_FLOOD);
    }
    context.drop(frame, GuardEvent.DROPPED_METADATA_PUSH);
  }

  private void connectionError(ByteBuf frame, int flags) throws FrameViolation {
    FrameLayout.require(frame, FrameLayout.ERROR_TEXT_OFFSET);
    FrameLayout.refuseMetadata(flags);
    int code = frame.getInt(frame.readerIndex() + FrameLayout.ERROR_CODE_OFFSET);
    context.capErrorText(frame);
    ended = true;
    own.close();
    context.out.deliver(frame);
    context.out.connectionError(code);
  }

  /**
   * Looks at a frame we are about to send, in the order of sending, and leaves it to the caller.
   * Frames that rsocket-core sends while {@link Output#deliver} runs may be passed at once.
   *
   * @return false when the frame must not be sent: its stream, or that direction of it, is over
   */
  public boolean outbound(ByteBuf frame) {
    int start = frame.readerIndex();
    int streamId = frame.getInt(start);
    if (streamId == 0) {
      return true;
    }
    int typeAndFlags = frame.getUnsignedShort(start + FrameLayout.TYPE_OFFSET);
    int type = typeAndFlags >>> FrameLayout.TYPE_SHIFT;
    int flags = typeAndFlags & FrameLayout.FLAGS_MASK;
    Streams streams = (streamId & 1) == ownParity ? own : peer;
    boolean send = !ended && streams.outbound(frame, streamId, type, flags);
    if (!send) {
      context.count(GuardEvent.DROPPED_OUTBOUND);
    }
    return send;
  }

  /**
   * The request that opens a stream of ours, and is yet to pass {@link #outbound}, asks for this.
   */
  public void announce(int streamId, StreamDemand demand) {
    own.announce(streamId, demand);
  }

  /** The request that was announced is not sent. */
  public void withdraw(int streamId) {
    own.withdraw(streamId);
  }

  /** Notes that our side asks for items; false when the stream has no more to come. */
  public boolean asks(int streamId, int n) {
    StreamState stream = ((streamId & 1) == ownParity ? own : peer).get(streamId);
    if (ended || stream == null || stream.inDone) {
      return false;
    }
    stream.asked(n);
    return true;
  }

  /** A number that changes when either side sends a request that is not for items. */
  public int requests() {
    return context.requests;
  }

  /** Returns whether {@link #grantDemand()} has something to do. */
  public boolean isDemandWaiting() {
    return context.grantsWaiting() > 0;
  }

  /**
   * Delivers a REQUEST_N for each stream whose handler has used most of its window. To be called
   * when the frames that were passed to {@link #outbound} are staged and more can be taken, never
   * from within {@link #outbound} or {@link Output}. Each stream is served once, so that a handler
   * that answers at once cannot keep the event loop.
   */
  public void grantDemand() {
    int window = context.demandWindow;
    for (int left = context.grantsWaiting(); left > 0 && !ended; left--) {
      StreamState stream = context.nextGrant();
      if (stream == null) {
        return; // closed by what was delivered
      }
      stream.grantWaiting = false;
      if (!stream.over && !stream.outDone && stream.isGrantDue(window)) {
        int n = stream.grant(window);
        context.out.deliver(ControlFrames.requestN(context.alloc, stream.id, n));
      }
    }
  }

  /** Returns when {@link #onTimer} is next due, {@code Long.MAX_VALUE} for never. */
  public long nextDeadlineNanos() {
    return context.reassembler.nextDeadlineNanos();
  }

  /** Ends the streams whose fragmented message has run out of time. */
  public void onTimer(long nowNanos) {
    for (Reassembly message = context.reassembler.expired(nowNanos);
        message != null;
        message = context.reassembler.expired(nowNanos)) {
      message.owner.fail(message.stream, message.stream.id, GuardEvent.REASSEMBLY_TIMEOUT);
    }
  }

  /** From now on refuses the peer's requests as not executed. */
  public void refuseNewRequests() {
    peer.shutDown();
  }

  /** Returns the highest stream id of a request that was accepted, 0 for none. */
  public int lastAcceptedStreamId() {
    return peer.lastAcceptedStreamId();
  }

  /** Returns the requests of the peer that are open, those being reassembled included. */
  public int inboundStreams() {
    return peer.size();
  }

  /** Returns our own requests that are open. */
  public int outboundStreams() {
    return own.size();
  }

  /** Returns what is known of an open stream of the peer, for tests. */
  @Nullable StreamState peerStream(int streamId) {
    return peer.get(streamId);
  }

  /** Returns what is known of an open stream of ours, for tests. */
  @Nullable StreamState ownStream(int streamId) {
    return own.get(streamId);
  }

  /** Returns the bytes allocated for messages of which only a part has arrived. */
  public long reassemblyBytes() {
    return context.reassembler.reservedBytes();
  }

  /** Returns how often something happened; may be read, slightly stale, on any thread. */
  long count(GuardEvent event) {
    return context.counted(event);
  }

  /**
   * Releases everything. Frames that come later, in either direction, are dropped. To be called
   * before rsocket-core learns that the connection is closed: channels we opened whose answers are
   * complete get a CANCEL first, because rsocket-core logs an error for each one left over.
   */
  public void close() {
    ended = true;
    context.forgetGrants();
    peer.close();
    own.close();
    context.reassembler.close();
  }
}
