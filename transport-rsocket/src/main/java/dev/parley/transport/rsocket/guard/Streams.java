package dev.parley.transport.rsocket.guard;

import static dev.parley.transport.rsocket.guard.FrameLayout.FLAG_COMPLETE;
import static dev.parley.transport.rsocket.guard.FrameLayout.FLAG_FOLLOWS;
import static dev.parley.transport.rsocket.guard.FrameLayout.FLAG_NEXT;
import static dev.parley.transport.rsocket.guard.FrameLayout.HEADER_BYTES;
import static dev.parley.transport.rsocket.guard.FrameLayout.has;

import dev.parley.transport.rsocket.guard.FrameViolation.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import org.jspecify.annotations.Nullable;

/**
 * The open streams that one side initiated: messages, demand and ends that both sides treat alike.
 *
 * <p>Every method that takes an inbound frame owns it, unless it throws. State is brought up to
 * date before anything is delivered, because rsocket-core may answer before {@code deliver}
 * returns; delivering is therefore the last thing a method does.
 */
abstract sealed class Streams permits PeerStreams, OwnStreams {
  private static final int LARGE = 1024;

  final GuardContext context;
  final StreamIds ids;
  private final StreamState response;
  private final StreamIdSet responses = new StreamIdSet(); // those that are just a response
  private IntObjectMap<StreamState> open = new IntObjectHashMap<>(4); // all others
  private boolean large;

  /**
   * @param response what stands for each unfragmented request/response
   */
  Streams(GuardContext context, boolean odd, StreamState response) {
    this.context = context;
    this.ids = new StreamIds(odd);
    this.response = response;
  }

  /** Takes a frame of any type for a stream of this side. */
  abstract void inbound(ByteBuf frame, int streamId, int type, int flags, long nowNanos)
      throws FrameViolation;

  /** Looks at a frame we are about to send; false when it must not be sent. */
  abstract boolean outbound(ByteBuf frame, int streamId, int type, int flags);

  /** Takes a whole message, request or item, on an open stream. */
  abstract void complete(StreamState stream, int streamId, ByteBuf frame, int flags);

  /** Ends a stream for a reason of ours and tells both ends of it. */
  abstract void fail(StreamState stream, int streamId, GuardEvent event);

  /** Called after a stream left the table. */
  abstract void ended();

  final int size() {
    return responses.size() + open.size();
  }

  final @Nullable StreamState get(int streamId) {
    if (responses.contains(streamId)) {
      return response;
    }
    return open.isEmpty() ? null : open.get(streamId);
  }

  final @Nullable StreamState put(int streamId, StreamState stream) {
    if (stream.id == 0) {
      StreamState previous = open.isEmpty() ? null : open.remove(streamId);
      return responses.add(streamId) ? previous : response;
    }
    StreamState previous = open.put(streamId, stream);
    large |= open.size() > LARGE;
    return responses.remove(streamId) ? response : previous;
  }

  /** Returns the stream, null when it is over; fails when it was never opened. */
  final @Nullable StreamState find(int streamId) throws FrameViolation {
    StreamState stream = get(streamId);
    if (stream == null && ids.isBeyond(streamId)) {
      throw new FrameViolation(Reason.STREAM_NEVER_OPENED);
    }
    return stream;
  }

  final void remove(StreamState stream, int streamId) {
    if (stream.id == 0) {
      responses.remove(streamId);
    } else {
      open.remove(streamId);
      stream.over = true;
      abortReassembly(stream);
      if (large && open.isEmpty()) {
        open = new IntObjectHashMap<>(4); // the map never shrinks by itself
        large = false;
      }
    }
    ended();
  }

  final void abortReassembly(StreamState stream) {
    Reassembly message = stream.reassembly;
    if (message != null) {
      context.reassembler.abort(message);
    }
  }

  /** Ends the direction towards us. */
  final void endIn(StreamState stream, int streamId) {
    if (stream.outDone) {
      remove(stream, streamId);
    } else {
      stream.inDone = true;
      abortReassembly(stream);
    }
  }

  /** Ends the direction towards the peer. */
  final void endOut(StreamState stream, int streamId) {
    if (stream.inDone) {
      remove(stream, streamId);
    } else {
      stream.outDone = true;
    }
  }

  /** Releases everything. */
  final void close() {
    IntObjectMap<StreamState> closing = open;
    open = new IntObjectHashMap<>(4); // what is delivered below may come back here
    int answers = responses.size();
    responses.clear();
    for (int i = 0; i < answers; i++) {
      ended();
    }
    for (StreamState stream : closing.values()) {
      abortReassembly(stream);
      ended();
      leave(stream);
    }
  }

  /** Called for each stream that is open when the connection ends. */
  abstract void leave(StreamState stream);

  /** Takes a PAYLOAD: an item, a part of one, or the end of a direction. */
  final void payload(ByteBuf frame, int streamId, int flags, long nowNanos) throws FrameViolation {
    StreamState stream = find(streamId);
    if (stream == null) {
      context.drop(frame, GuardEvent.DROPPED_STREAM_OVER);
      return;
    }
    int payload = frame.readerIndex() + HEADER_BYTES;
    int metadataBytes = FrameLayout.metadataBytes(frame, payload, flags);
    int dataBytes = FrameLayout.dataBytes(frame, payload, flags, metadataBytes);
    boolean follows = has(flags, FLAG_FOLLOWS);
    if (follows) {
      checkFragmentSize(frame);
    }
    Reassembly message = stream.reassembly;
    if (message != null) {
      fragment(message, frame, streamId, flags, metadataBytes, dataBytes);
      return;
    }
    if (!follows && !has(flags, FLAG_NEXT | FLAG_COMPLETE)) {
      throw new FrameViolation(Reason.BAD_FLAGS);
    }
    if (!checkTakesItems(stream)) {
      context.drop(frame, GuardEvent.DROPPED_STREAM_OVER);
      return;
    }
    boolean item = follows || has(flags, FLAG_NEXT);
    if (item && !stream.mayReceive()) {
      frame.release();
      fail(stream, streamId, GuardEvent.OVER_DEMAND);
    } else if (context.reassembler.isTooLarge(metadataBytes, dataBytes)) {
      frame.release();
      fail(stream, streamId, GuardEvent.MESSAGE_TOO_LARGE);
    } else if (follows) {
      begin(stream, frame, streamId, flags, metadataBytes, dataBytes, nowNanos);
    } else {
      complete(stream, streamId, frame, flags);
    }
  }

  /**
   * Returns whether the peer may send items on a stream: false when the direction has ended.
   *
   * @throws FrameViolation when the interaction has no such direction
   */
  abstract boolean checkTakesItems(StreamState stream) throws FrameViolation;

  final void checkFragmentSize(ByteBuf frame) throws FrameViolation {
    if (frame.readableBytes() < context.minFragmentBytes) {
      throw new FrameViolation(Reason.FRAGMENT_TOO_SMALL);
    }
  }

  /** Takes the first fragment of a message. */
  final void begin(
      StreamState stream,
      ByteBuf frame,
      int streamId,
      int flags,
      int metadataBytes,
      int dataBytes,
      long nowNanos) {
    StreamState own = stream;
    if (stream.id == 0) { // one of the shared constants
      own = StreamState.ofOwn(streamId, stream.type);
      put(streamId, own);
    }
    boolean begun =
        context.reassembler.begin(this, own, frame, flags, metadataBytes, dataBytes, nowNanos);
    frame.release();
    if (!begun) {
      fail(own, streamId, GuardEvent.NO_REASSEMBLY_MEMORY);
    }
  }

  private void fragment(
      Reassembly message, ByteBuf frame, int streamId, int flags, int metadataBytes, int dataBytes)
      throws FrameViolation {
    StreamState stream = message.stream;
    boolean last = !has(flags, FLAG_FOLLOWS);
    int together = message.flags | flags;
    if (last && !stream.requestPending && !has(together, FLAG_NEXT | FLAG_COMPLETE)) {
      throw new FrameViolation(Reason.BAD_FLAGS);
    }
    if (!message.takesMetadata(metadataBytes)) {
      throw new FrameViolation(Reason.BAD_FRAGMENT);
    }
    GuardEvent failure = context.reassembler.add(message, frame, flags, metadataBytes, dataBytes);
    frame.release();
    if (failure != null) {
      fail(stream, streamId, failure);
    } else if (last) {
      ByteBuf whole = context.reassembler.finish(message);
      complete(stream, streamId, whole, message.flags);
    }
  }

  /** Takes an item that is whole: accounts for it, ends what it ends, delivers it. */
  final void item(StreamState stream, int streamId, ByteBuf frame, int flags) {
    if (has(flags, FLAG_NEXT)) {
      stream.receivedItem();
    }
    if (has(flags, FLAG_COMPLETE) || stream.type == FrameLayout.REQUEST_RESPONSE) {
      endIn(stream, streamId);
    }
    context.out.deliver(frame);
  }

  /** Takes a REQUEST_N: grants to our side what fits into the window and keeps the rest. */
  final void demand(ByteBuf frame, StreamState stream) throws FrameViolation {
    int n = FrameLayout.requestN(frame);
    if (stream.requestPending) {
      stream.bank(n);
      frame.release();
    } else if (stream.outDone) {
      context.drop(frame, GuardEvent.DROPPED_STREAM_OVER);
    } else if (stream.grantWhole(n, context.demandWindow)) {
      context.out.deliver(frame);
    } else {
      stream.bank(n);
      if (stream.isGrantDue(context.demandWindow)) {
        int granted = stream.grant(context.demandWindow);
        frame.setInt(frame.readerIndex() + FrameLayout.REQUEST_N_OFFSET, granted);
        context.out.deliver(frame);
      } else {
        frame.release();
      }
    }
  }

  /**
   * Returns whether rsocket-core may see an ERROR on a stream whose items have not ended.
   *
   * <p>After their end it may not: rsocket-core passes the error to {@code onErrorDropped}, which
   * logs at ERROR. A CANCEL ends the other direction all the same.
   */
  abstract boolean errorIsSafe();

  /** Takes an ERROR, which ends both directions. */
  final void error(ByteBuf frame, int streamId, int flags) throws FrameViolation {
    FrameLayout.require(frame, FrameLayout.ERROR_TEXT_OFFSET);
    FrameLayout.refuseMetadata(flags);
    StreamState stream = find(streamId);
    if (stream == null) {
      context.drop(frame, GuardEvent.DROPPED_STREAM_OVER);
      return;
    }
    boolean unknownToCore = stream.requestPending || stream.type == FrameLayout.REQUEST_FNF;
    remove(stream, streamId);
    if (unknownToCore) {
      frame.release();
    } else if (stream.inDone || !errorIsSafe()) {
      frame.release();
      context.deliverCancel(streamId);
    } else {
      int codeIndex = frame.readerIndex() + FrameLayout.ERROR_CODE_OFFSET;
      if (!ErrorCode.isValidOnStream(frame.getInt(codeIndex))) {
        frame.setInt(codeIndex, ErrorCode.APPLICATION_ERROR);
      }
      context.capErrorText(frame);
      context.out.deliver(frame);
    }
  }

  /** Accounts for an item that we send; grants the handler more when its window runs low. */
  final void itemOut(StreamState stream) {
    stream.sentItem();
    if (!stream.grantWaiting && stream.isGrantDue(context.demandWindow)) {
      stream.grantWaiting = true;
      context.awaitGrant(stream);
    }
  }
}
