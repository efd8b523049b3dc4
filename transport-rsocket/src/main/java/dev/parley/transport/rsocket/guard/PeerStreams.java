package dev.parley.transport.rsocket.guard;

import static dev.parley.transport.rsocket.guard.FrameLayout.CANCEL;
import static dev.parley.transport.rsocket.guard.FrameLayout.ERROR;
import static dev.parley.transport.rsocket.guard.FrameLayout.FLAG_COMPLETE;
import static dev.parley.transport.rsocket.guard.FrameLayout.FLAG_FOLLOWS;
import static dev.parley.transport.rsocket.guard.FrameLayout.FLAG_NEXT;
import static dev.parley.transport.rsocket.guard.FrameLayout.HEADER_BYTES;
import static dev.parley.transport.rsocket.guard.FrameLayout.PAYLOAD;
import static dev.parley.transport.rsocket.guard.FrameLayout.REQUEST_CHANNEL;
import static dev.parley.transport.rsocket.guard.FrameLayout.REQUEST_FNF;
import static dev.parley.transport.rsocket.guard.FrameLayout.REQUEST_N;
import static dev.parley.transport.rsocket.guard.FrameLayout.REQUEST_N_BYTES;
import static dev.parley.transport.rsocket.guard.FrameLayout.REQUEST_N_OFFSET;
import static dev.parley.transport.rsocket.guard.FrameLayout.REQUEST_RESPONSE;
import static dev.parley.transport.rsocket.guard.FrameLayout.REQUEST_STREAM;
import static dev.parley.transport.rsocket.guard.FrameLayout.has;

import dev.parley.transport.rsocket.guard.FrameViolation.Reason;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The streams the peer opens: its requests are admitted or refused here. */
final class PeerStreams extends Streams {
  private final Admission admission;
  private final int maxStreams;
  private final RateLimit rate;
  private boolean shutDown;
  private int lastAccepted;

  PeerStreams(GuardContext context, GuardOptions options, Admission admission, boolean odd) {
    super(context, odd, StreamState.PEER_RESPONSE);
    this.admission = admission;
    this.maxStreams = options.maxInboundStreams();
    this.rate = new RateLimit(options.maxRequestsPerSecond(), 1);
  }

  void shutDown() {
    shutDown = true;
  }

  int lastAcceptedStreamId() {
    return lastAccepted;
  }

  @Override
  void inbound(ByteBuf frame, int streamId, int type, int flags, long nowNanos)
      throws FrameViolation {
    switch (type) {
      case REQUEST_RESPONSE, REQUEST_FNF, REQUEST_STREAM, REQUEST_CHANNEL ->
          request(frame, streamId, type, flags, nowNanos);
      case PAYLOAD -> payload(frame, streamId, flags, nowNanos);
      case REQUEST_N -> requestN(frame, streamId, flags);
      case CANCEL -> cancel(frame, streamId, flags);
      case ERROR -> error(frame, streamId, flags);
      default -> context.unexpected(frame, type, flags);
    }
  }

  private void request(ByteBuf frame, int streamId, int type, int flags, long nowNanos)
      throws FrameViolation {
    int payload = frame.readerIndex() + HEADER_BYTES;
    int n = 0;
    if (FrameLayout.hasRequestN(type)) {
      n = FrameLayout.requestN(frame);
      payload += REQUEST_N_BYTES;
    }
    int metadataBytes = FrameLayout.metadataBytes(frame, payload, flags);
    int dataBytes = FrameLayout.dataBytes(frame, payload, flags, metadataBytes);
    boolean follows = has(flags, FLAG_FOLLOWS);
    if (follows) {
      checkFragmentSize(frame);
    }
    StreamIds.Verdict id = ids.use(streamId);
    if (id == StreamIds.Verdict.REUSED) {
      throw new FrameViolation(Reason.STREAM_ID_REUSED);
    }
    boolean tracked = follows || type != REQUEST_FNF;
    GuardEvent refusal = refusal(id, tracked, metadataBytes, dataBytes, nowNanos);
    if (refusal != null) {
      frame.release();
      refuse(streamId, type, refusal);
      return;
    }
    accepted(streamId);
    if (!FrameLayout.hasRequestN(type)) {
      context.requests++;
    }
    if (!tracked) {
      admission.closed();
      context.out.deliver(frame);
      return;
    }
    StreamState stream =
        type == REQUEST_RESPONSE && !follows
            ? StreamState.PEER_RESPONSE
            : StreamState.ofPeer(streamId, type);
    openNew(streamId, stream);
    if (n != 0) {
      stream.bank(n);
    }
    if (follows) {
      stream.requestPending = true;
      begin(stream, frame, streamId, flags, metadataBytes, dataBytes, nowNanos);
    } else {
      start(stream, streamId, frame, flags);
    }
  }

  private @Nullable GuardEvent refusal(
      StreamIds.Verdict id, boolean tracked, int metadataBytes, int dataBytes, long nowNanos)
      throws FrameViolation {
    RateLimit.Verdict within = rate.check(nowNanos);
    if (within != RateLimit.Verdict.WITHIN) {
      if (within == RateLimit.Verdict.FLOOD) {
        throw new FrameViolation(Reason.REQUEST_FLOOD);
      }
      return GuardEvent.REFUSED_RATE;
    }
    if (id == StreamIds.Verdict.LATE) {
      return GuardEvent.REFUSED_LATE_ID;
    }
    if (shutDown) {
      return GuardEvent.REFUSED_SHUTDOWN;
    }
    if (context.reassembler.isTooLarge(metadataBytes, dataBytes)) {
      return GuardEvent.MESSAGE_TOO_LARGE;
    }
    if (tracked && size() >= maxStreams) {
      return GuardEvent.REFUSED_CONCURRENCY;
    }
    return admission.tryOpen() ? null : GuardEvent.REFUSED_ADMISSION;
  }

  private void refuse(int streamId, int type, GuardEvent event) {
    context.count(event);
    if (type == REQUEST_FNF) {
      context.count(GuardEvent.DROPPED_FIRE_AND_FORGET);
      return;
    }
    int code =
        switch (event) {
          case MESSAGE_TOO_LARGE -> ErrorCode.MESSAGE_TOO_LARGE;
          case REFUSED_SHUTDOWN -> ErrorCode.SHUT_DOWN;
          default -> ErrorCode.REJECTED;
        };
    context.replyError(streamId, code, event);
  }

  private void openNew(int streamId, StreamState stream) throws FrameViolation {
    StreamState previous = put(streamId, stream);
    if (previous != null) { // ids have come full circle onto a stream that is still open
      put(streamId, previous);
      admission.closed();
      throw new FrameViolation(Reason.STREAM_ID_REUSED);
    }
  }

  private void accepted(int streamId) {
    // serial order, as in StreamIds
    if (lastAccepted == 0 || (streamId - lastAccepted & Integer.MAX_VALUE) < 1 << 30) {
      lastAccepted = streamId;
    }
  }

  /** Hands a whole request to rsocket-core, with its demand cut to the window. */
  private void start(StreamState stream, int streamId, ByteBuf frame, int flags) {
    if (FrameLayout.hasRequestN(stream.type)) {
      int granted = stream.grant(context.demandWindow);
      frame.setInt(frame.readerIndex() + REQUEST_N_OFFSET, granted);
      if (stream.type == REQUEST_CHANNEL && has(flags, FLAG_COMPLETE)) {
        endIn(stream, streamId);
      }
    } else if (stream.type == REQUEST_FNF) {
      remove(stream, streamId);
    }
    context.out.deliver(frame);
  }

  @Override
  void complete(StreamState stream, int streamId, ByteBuf frame, int flags) {
    if (stream.requestPending) {
      stream.requestPending = false;
      start(stream, streamId, frame, flags);
    } else {
      item(stream, streamId, frame, flags);
    }
  }

  @Override
  boolean checkTakesItems(StreamState stream) throws FrameViolation {
    if (stream.type != REQUEST_CHANNEL) {
      throw new FrameViolation(Reason.WRONG_INTERACTION);
    }
    return !stream.inDone;
  }

  private void requestN(ByteBuf frame, int streamId, int flags) throws FrameViolation {
    FrameLayout.requestN(frame);
    FrameLayout.refuseMetadata(flags);
    StreamState stream = find(streamId);
    if (stream == null) {
      context.drop(frame, GuardEvent.DROPPED_STREAM_OVER);
      return;
    }
    if (!FrameLayout.hasRequestN(stream.type)) {
      throw new FrameViolation(Reason.WRONG_INTERACTION);
    }
    demand(frame, stream);
  }

  private void cancel(ByteBuf frame, int streamId, int flags) throws FrameViolation {
    FrameLayout.refuseMetadata(flags);
    StreamState stream = find(streamId);
    if (stream == null) {
      context.drop(frame, GuardEvent.DROPPED_STREAM_OVER);
      return;
    }
    remove(stream, streamId);
    if (stream.requestPending) {
      frame.release();
    } else {
      context.out.deliver(frame);
    }
  }

  @Override
  void fail(StreamState stream, int streamId, GuardEvent event) {
    remove(stream, streamId);
    if (stream.requestPending) {
      refuse(streamId, stream.type, event);
      return;
    }
    context.count(event);
    int code =
        event == GuardEvent.MESSAGE_TOO_LARGE ? ErrorCode.MESSAGE_TOO_LARGE : ErrorCode.CANCELED;
    if (stream.outDone) {
      context.replyCancel(streamId); // an error may not follow our completion
    } else {
      context.replyError(streamId, code, event);
    }
    context.deliverCancel(streamId);
  }

  /**
   * Never: only a channel has errors from its requester, and when the handler answers from what it
   * receives, rsocket-core gets its own error back and logs it at ERROR. After a CANCEL the items
   * end with a {@code CancellationException} instead, which is no completion either.
   */
  @Override
  boolean errorIsSafe() {
    return false;
  }

  @Override
  void leave(StreamState stream) {}

  @Override
  void ended() {
    admission.closed();
  }

  @Override
  boolean outbound(ByteBuf frame, int streamId, int type, int flags) {
    StreamState stream = get(streamId);
    if (stream == null) {
      return false;
    }
    switch (type) {
      case PAYLOAD -> {
        return payloadOut(stream, streamId, flags);
      }
      case REQUEST_N -> {
        stream.asked(frame.getInt(frame.readerIndex() + REQUEST_N_OFFSET));
        return !stream.inDone;
      }
      case CANCEL -> {
        return cancelOut(stream, streamId);
      }
      case ERROR -> {
        remove(stream, streamId);
        return true;
      }
      default -> {
        return true;
      }
    }
  }

  private boolean payloadOut(StreamState stream, int streamId, int flags) {
    if (stream.outDone) {
      return false;
    }
    if (has(flags, FLAG_FOLLOWS)) {
      return true;
    }
    if (stream.type == REQUEST_RESPONSE) {
      remove(stream, streamId);
      return true;
    }
    if (has(flags, FLAG_NEXT)) {
      itemOut(stream);
    }
    if (has(flags, FLAG_COMPLETE)) {
      endOut(stream, streamId);
    }
    return true;
  }

  private boolean cancelOut(StreamState stream, int streamId) {
    if (stream.type != REQUEST_CHANNEL) {
      remove(stream, streamId);
      return true;
    }
    boolean wanted = !stream.inDone;
    if (wanted) {
      endIn(stream, streamId);
    }
    return wanted;
  }
}
