package dev.parley.transport.rsocket.guard;

import static dev.parley.transport.rsocket.guard.FrameLayout.FLAG_COMPLETE;
import static dev.parley.transport.rsocket.guard.FrameLayout.FLAG_METADATA;
import static dev.parley.transport.rsocket.guard.FrameLayout.FLAG_NEXT;
import static dev.parley.transport.rsocket.guard.FrameLayout.HEADER_BYTES;
import static dev.parley.transport.rsocket.guard.FrameLayout.MAX_HEADER_BYTES;
import static dev.parley.transport.rsocket.guard.FrameLayout.PAYLOAD;
import static dev.parley.transport.rsocket.guard.FrameLayout.REQUEST_N_BYTES;
import static dev.parley.transport.rsocket.guard.FrameLayout.TYPE_OFFSET;
import static dev.parley.transport.rsocket.guard.FrameLayout.TYPE_SHIFT;

import dev.parley.shares.Share;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Joins the fragments of messages into whole frames, within the limits of a connection and of the
 * node. Confined to one event loop.
 *
 * <p>Every byte is copied once on arrival and, because buffers double, at most once more on
 * average; rsocket-core's own reassembly copies everything again with every sixteenth fragment. The
 * budgets count what is allocated, not what has arrived. Messages have the same time to complete,
 * so their deadlines are ordered by arrival and a list suffices.
 */
final class Reassembler {
  private final ByteBufAllocator alloc;
  private final Share memory;
  private final long maxBytes;
  private final int maxMessageBytes;
  private final int maxMetadataBytes;
  private final long timeoutNanos;
  private long reserved;
  private @Nullable Reassembly first;
  private @Nullable Reassembly last;

  Reassembler(GuardOptions options, Share memory, ByteBufAllocator alloc) {
    this.alloc = alloc;
    this.memory = memory;
    this.maxBytes = options.maxReassemblyBytes();
    this.maxMessageBytes = options.maxMessageBytes();
    this.maxMetadataBytes = options.maxMetadataBytes();
    this.timeoutNanos = options.reassemblyTimeoutNanos();
  }

  /** Returns whether a message of this size is over the limit. */
  boolean isTooLarge(int metadataBytes, int dataBytes) {
    return metadataBytes > maxMetadataBytes || dataBytes > maxMessageBytes;
  }

  /**
   * Starts a message with its first fragment, which the caller has checked and keeps.
   *
   * @return false when there is no memory for it
   */
  boolean begin(
      Streams owner,
      StreamState stream,
      ByteBuf frame,
      int flags,
      int metadataBytes,
      int dataBytes,
      long nowNanos) {
    int length = frame.readableBytes();
    int capacity = capacityFor(length);
    if (!reserve(capacity)) {
      return false;
    }
    ByteBuf buffer = alloc.buffer(capacity, maxFrameBytes());
    buffer.writeBytes(frame, frame.readerIndex(), length);
    Reassembly message = new Reassembly(owner, stream, buffer, flags, nowNanos + timeoutNanos);
    message.metadataBytes = metadataBytes;
    message.dataBytes = dataBytes;
    stream.reassembly = message;
    append(message);
    return true;
  }

  /**
   * Adds a fragment, which the caller has checked and keeps.
   *
   * @return null, or why the message cannot go on
   */
  @Nullable GuardEvent add(
      Reassembly message, ByteBuf frame, int flags, int metadataBytes, int dataBytes) {
    int metadata = message.metadataBytes + metadataBytes;
    int data = message.dataBytes + dataBytes;
    if (isTooLarge(metadata, data)) {
      return GuardEvent.MESSAGE_TOO_LARGE;
    }
    ByteBuf buffer = message.buffer;
    int length = metadataBytes + dataBytes;
    if (!ensureCapacity(buffer, buffer.writerIndex() + length)) {
      return GuardEvent.NO_REASSEMBLY_MEMORY;
    }
    buffer.writeBytes(frame, frame.writerIndex() - length, length);
    message.metadataBytes = metadata;
    message.dataBytes = data;
    message.flags |= flags & (FLAG_NEXT | FLAG_COMPLETE);
    return null;
  }

  /** Ends a message that is complete and returns it as one frame, which the caller owns. */
  ByteBuf finish(Reassembly message) {
    forget(message);
    ByteBuf buffer = message.buffer;
    int type = buffer.getUnsignedShort(TYPE_OFFSET) >>> TYPE_SHIFT;
    int kept = FLAG_METADATA | FLAG_COMPLETE | (type == PAYLOAD ? FLAG_NEXT : 0);
    message.flags &= kept;
    buffer.setShort(TYPE_OFFSET, type << TYPE_SHIFT | message.flags);
    if (FrameLayout.has(message.flags, FLAG_METADATA)) {
      int lengthOffset = HEADER_BYTES + (FrameLayout.hasRequestN(type) ? REQUEST_N_BYTES : 0);
      buffer.setMedium(lengthOffset, message.metadataBytes);
    }
    return buffer;
  }

  /** Ends a message that will not be completed. */
  void abort(Reassembly message) {
    forget(message);
    message.buffer.release();
  }

  /** Returns when the next message runs out of time, {@code Long.MAX_VALUE} for never. */
  long nextDeadlineNanos() {
    return first == null ? Long.MAX_VALUE : first.deadlineNanos;
  }

  /** Returns a message that has run out of time, or null. */
  @Nullable Reassembly expired(long nowNanos) {
    return first != null && first.deadlineNanos - nowNanos <= 0 ? first : null;
  }

  /** Returns the bytes allocated for incomplete messages. */
  long reservedBytes() {
    return reserved;
  }

  /** Nothing more begins. */
  void close() {
    memory.close();
  }

  private int maxFrameBytes() {
    return MAX_HEADER_BYTES + maxMetadataBytes + maxMessageBytes;
  }

  private int capacityFor(int bytes) {
    return (int) Math.min(2L * bytes, maxFrameBytes());
  }

  private boolean ensureCapacity(ByteBuf buffer, int bytes) {
    int capacity = buffer.capacity();
    if (bytes <= capacity) {
      return true;
    }
    int larger = capacityFor(bytes);
    if (!reserve(larger - capacity)) {
      return false;
    }
    buffer.capacity(larger);
    return true;
  }

  private boolean reserve(int bytes) {
    if (reserved + bytes > maxBytes || !memory.take(bytes)) {
      return false;
    }
    reserved += bytes;
    return true;
  }

  private void append(Reassembly message) {
    message.previous = last;
    if (last == null) {
      first = message;
    } else {
      last.next = message;
    }
    last = message;
  }

  private void forget(Reassembly message) {
    Reassembly previous = message.previous;
    Reassembly next = message.next;
    if (previous == null) {
      first = next;
    } else {
      previous.next = next;
    }
    if (next == null) {
      last = previous;
    } else {
      next.previous = previous;
    }
    message.stream.reassembly = null;
    int capacity = message.buffer.capacity();
    reserved -= capacity;
    memory.give(capacity);
  }
}
