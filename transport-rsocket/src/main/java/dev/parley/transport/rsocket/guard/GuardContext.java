package dev.parley.transport.rsocket.guard;

import dev.parley.shares.Share;
import dev.parley.transport.rsocket.guard.FrameViolation.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What both sides' streams of one connection share. Confined to one event loop. */
final class GuardContext {
  final FrameGuard.Output out;
  final ByteBufAllocator alloc;
  final Reassembler reassembler;
  final int minFragmentBytes;
  final int demandWindow;
  final int maxErrorTextBytes;

  // Streams with banked demand that has become due, each at most once; null while there were none.
  private @Nullable ArrayDeque<StreamState> grantsWaiting;

  /** Requests of both sides that are not for items; it wraps around. */
  int requests;

  private final long[] counts = new long[GuardEvent.values().length];

  GuardContext(GuardOptions options, Share memory, ByteBufAllocator alloc, FrameGuard.Output out) {
    this.out = out;
    this.alloc = alloc;
    this.reassembler = new Reassembler(options, memory, alloc);
    this.minFragmentBytes = options.minFragmentBytes();
    this.demandWindow = options.demandWindow();
    this.maxErrorTextBytes = options.maxErrorTextBytes();
  }

  /** Queues a stream with banked demand that has become due, and that is not queued. */
  void awaitGrant(StreamState stream) {
    ArrayDeque<StreamState> waiting = grantsWaiting;
    if (waiting == null) {
      grantsWaiting = waiting = new ArrayDeque<>();
    }
    waiting.add(stream);
  }

  int grantsWaiting() {
    return grantsWaiting == null ? 0 : grantsWaiting.size();
  }

  @Nullable StreamState nextGrant() {
    return grantsWaiting == null ? null : grantsWaiting.poll();
  }

  void forgetGrants() {
    grantsWaiting = null;
  }

  void count(GuardEvent event) {
    counts[index(event)]++;
  }

  long counted(GuardEvent event) {
    return counts[index(event)];
  }

  @SuppressWarnings("EnumOrdinal") // an array index that is never stored
  private static int index(GuardEvent event) {
    return event.ordinal();
  }

  void drop(ByteBuf frame, GuardEvent event) {
    count(event);
    frame.release();
  }

  void replyError(int streamId, int code, GuardEvent event) {
    out.reply(ControlFrames.error(alloc, streamId, code, text(event)));
  }

  void replyCancel(int streamId) {
    out.reply(ControlFrames.cancel(alloc, streamId));
  }

  void deliverError(int streamId, int code, GuardEvent event) {
    out.deliver(ControlFrames.error(alloc, streamId, code, text(event)));
  }

  void deliverCancel(int streamId) {
    out.deliver(ControlFrames.cancel(alloc, streamId));
  }

  /** Drops a frame of a type that neither side's streams have, or fails. */
  void unexpected(ByteBuf frame, int type, int flags) throws FrameViolation {
    switch (type) {
      case FrameLayout.LEASE, FrameLayout.RESUME, FrameLayout.RESUME_OK ->
          throw new FrameViolation(Reason.FORBIDDEN_TYPE);
      case FrameLayout.SETUP,
          FrameLayout.KEEPALIVE,
          FrameLayout.METADATA_PUSH,
          FrameLayout.REQUEST_RESPONSE,
          FrameLayout.REQUEST_FNF,
          FrameLayout.REQUEST_STREAM,
          FrameLayout.REQUEST_CHANNEL,
          FrameLayout.REQUEST_N,
          FrameLayout.CANCEL,
          FrameLayout.PAYLOAD,
          FrameLayout.ERROR ->
          throw new FrameViolation(Reason.WRONG_STREAM);
      default -> {
        if (!FrameLayout.has(flags, FrameLayout.FLAG_IGNORE)) {
          throw new FrameViolation(Reason.UNKNOWN_TYPE);
        }
        drop(frame, GuardEvent.DROPPED_EXTENSION);
      }
    }
  }

  /** Cuts the text of an ERROR frame to the limit, at a UTF-8 boundary, in place. */
  void capErrorText(ByteBuf frame) {
    int text = frame.readerIndex() + FrameLayout.ERROR_TEXT_OFFSET;
    if (frame.writerIndex() - text <= maxErrorTextBytes) {
      return;
    }
    int end = text + maxErrorTextBytes;
    while (end > text && (frame.getByte(end) & 0xC0) == 0x80) {
      end--;
    }
    frame.writerIndex(end);
    count(GuardEvent.ERROR_TEXT_CUT);
  }

  private static String text(GuardEvent event) {
    return switch (event) {
      case REFUSED_CONCURRENCY, REFUSED_ADMISSION -> "too many open requests";
      case REFUSED_RATE -> "too many requests per second";
      case REFUSED_SHUTDOWN -> "shutting down";
      case REFUSED_LATE_ID -> "stream id too old";
      case MESSAGE_TOO_LARGE -> "message too large";
      case NO_REASSEMBLY_MEMORY -> "no memory for a fragmented message";
      case REASSEMBLY_TIMEOUT -> "fragmented message took too long";
      case OVER_DEMAND -> "more items than requested";
      default -> "";
    };
  }
}
