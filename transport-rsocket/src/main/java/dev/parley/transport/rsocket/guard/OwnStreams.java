package dev.parley.transport.rsocket.guard;

import static dev.parley.transport.rsocket.guard.FrameLayout.CANCEL;
import static dev.parley.transport.rsocket.guard.FrameLayout.ERROR;
import static dev.parley.transport.rsocket.guard.FrameLayout.FLAG_COMPLETE;
import static dev.parley.transport.rsocket.guard.FrameLayout.FLAG_FOLLOWS;
import static dev.parley.transport.rsocket.guard.FrameLayout.FLAG_NEXT;
import static dev.parley.transport.rsocket.guard.FrameLayout.PAYLOAD;
import static dev.parley.transport.rsocket.guard.FrameLayout.REQUEST_CHANNEL;
import static dev.parley.transport.rsocket.guard.FrameLayout.REQUEST_FNF;
import static dev.parley.transport.rsocket.guard.FrameLayout.REQUEST_N;
import static dev.parley.transport.rsocket.guard.FrameLayout.REQUEST_N_OFFSET;
import static dev.parley.transport.rsocket.guard.FrameLayout.REQUEST_RESPONSE;
import static dev.parley.transport.rsocket.guard.FrameLayout.REQUEST_STREAM;
import static dev.parley.transport.rsocket.guard.FrameLayout.has;

import dev.parley.transport.rsocket.guard.FrameViolation.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;

/** The streams we open: what rsocket-core sends opens them, what the peer answers ends them. */
final class OwnStreams extends Streams {
  private final IntObjectMap<StreamDemand> announced = new IntObjectHashMap<>(4);

  OwnStreams(GuardContext context, boolean odd) {
    super(context, odd, StreamState.OWN_RESPONSE);
  }

  /** A request that is on its way to {@link #outbound} has this demand. */
  void announce(int streamId, StreamDemand demand) {
    announced.put(streamId, demand);
  }

  /** A request that was announced does not go out. */
  void withdraw(int streamId) {
    announced.remove(streamId);
  }

  @Override
  void inbound(ByteBuf frame, int streamId, int type, int flags, long nowNanos)
      throws FrameViolation {
    switch (type) {
      case PAYLOAD -> payload(frame, streamId, flags, nowNanos);
      case ERROR -> error(frame, streamId, flags);
      case REQUEST_N -> requestN(frame, streamId, flags);
      case CANCEL -> cancel(frame, streamId, flags);
      case REQUEST_RESPONSE, REQUEST_FNF, REQUEST_STREAM, REQUEST_CHANNEL ->
          throw new FrameViolation(Reason.WRONG_PARITY);
      default -> context.unexpected(frame, type, flags);
    }
  }

  @Override
  boolean checkTakesItems(StreamState stream) {
    return !stream.inDone && stream.type != REQUEST_FNF;
  }

  @Override
  void complete(StreamState stream, int streamId, ByteBuf frame, int flags) {
    item(stream, streamId, frame, flags);
  }

  private void requestN(ByteBuf frame, int streamId, int flags) throws FrameViolation {
    FrameLayout.requestN(frame);
    FrameLayout.refuseMetadata(flags);
    StreamState stream = find(streamId);
    if (stream == null) {
      context.drop(frame, GuardEvent.DROPPED_STREAM_OVER);
      return;
    }
    if (stream.type != REQUEST_CHANNEL) {
      throw new FrameViolation(Reason.WRONG_INTERACTION);
    }
    demand(frame, stream);
  }

  /** Takes a CANCEL: on a channel the end of our items, elsewhere a responder that gave up. */
  private void cancel(ByteBuf frame, int streamId, int flags) throws FrameViolation {
    FrameLayout.refuseMetadata(flags);
    StreamState stream = find(streamId);
    if (stream == null || (stream.type == REQUEST_CHANNEL && stream.outDone)) {
      context.drop(frame, GuardEvent.DROPPED_STREAM_OVER);
    } else if (stream.type == REQUEST_CHANNEL) {
      endOut(stream, streamId);
      context.out.deliver(frame);
    } else {
      frame.release();
      remove(stream, streamId);
      if (stream.type != REQUEST_FNF) {
        context.out.deliver(
            ControlFrames.error(context.alloc, streamId, ErrorCode.CANCELED, "canceled by peer"));
      }
    }
  }

  /** The request may have been executed, hence never REJECTED. */
  @Override
  void fail(StreamState stream, int streamId, GuardEvent event) {
    remove(stream, streamId);
    context.count(event);
    int code =
        event == GuardEvent.MESSAGE_TOO_LARGE ? ErrorCode.ANSWER_TOO_LARGE : ErrorCode.CANCELED;
    context.replyCancel(streamId);
    context.deliverError(streamId, code, event);
  }

  @Override
  boolean errorIsSafe() {
    return true;
  }

  /**
   * Cancels a channel whose answers are complete: when the connection ends, rsocket-core logs an
   * error for each channel in this state.
   */
  @Override
  void leave(StreamState stream) {
    if (stream.type == REQUEST_CHANNEL && stream.inDone) {
      context.deliverCancel(stream.id);
    }
  }

  @Override
  void ended() {}

  @Override
  boolean outbound(ByteBuf frame, int streamId, int type, int flags) {
    switch (type) {
      case REQUEST_RESPONSE, REQUEST_FNF, REQUEST_STREAM, REQUEST_CHANNEL -> {
        requestOut(frame, streamId, type, flags);
        return true;
      }
      case PAYLOAD -> {
        return payloadOut(streamId, flags);
      }
      case REQUEST_N -> {
        return requestNOut(frame, streamId);
      }
      case CANCEL, ERROR -> {
        return terminateOut(streamId);
      }
      default -> {
        return true;
      }
    }
  }

  private void requestOut(ByteBuf frame, int streamId, int type, int flags) {
    ids.use(streamId);
    boolean follows = has(flags, FLAG_FOLLOWS);
    if (!FrameLayout.hasRequestN(type)) {
      context.requests++;
    }
    if (type == REQUEST_RESPONSE) {
      put(streamId, StreamState.OWN_RESPONSE);
    } else if (type != REQUEST_FNF || follows) {
      StreamState stream = StreamState.ofOwn(streamId, type);
      if (type != REQUEST_FNF) {
        int at = frame.readerIndex() + REQUEST_N_OFFSET;
        StreamDemand demand = announced.remove(streamId);
        if (demand != null) {
          frame.setInt(at, demand.opened(streamId));
        }
        stream.asked(frame.getInt(at));
      }
      stream.outDone |= has(flags, FLAG_COMPLETE) && !follows;
      put(streamId, stream);
    }
  }

  private boolean payloadOut(int streamId, int flags) {
    StreamState stream = get(streamId);
    if (stream == null) {
      return false;
    }
    boolean last = !has(flags, FLAG_FOLLOWS);
    if (stream.type == REQUEST_CHANNEL) {
      if (stream.outDone) {
        return false;
      }
      if (last && has(flags, FLAG_NEXT)) {
        itemOut(stream);
      }
      if (last && has(flags, FLAG_COMPLETE)) {
        endOut(stream, streamId);
      }
    } else if (stream.type == REQUEST_FNF && last) {
      remove(stream, streamId);
    }
    return true; // of other interactions only fragments of the request get here
  }

  private boolean requestNOut(ByteBuf frame, int streamId) {
    StreamState stream = get(streamId);
    if (stream == null || stream.inDone || stream.id == 0) {
      return false;
    }
    stream.asked(frame.getInt(frame.readerIndex() + REQUEST_N_OFFSET));
    return true;
  }

  private boolean terminateOut(int streamId) {
    StreamState stream = get(streamId);
    if (stream == null) {
      return false;
    }
    remove(stream, streamId);
    return true;
  }
}
