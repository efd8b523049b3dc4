package dev.parley.transport.rsocket.frame;

import dev.parley.Message;
import dev.parley.transport.rsocket.guard.FrameLayout;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.FastThreadLocal;
import io.rsocket.Payload;
import io.rsocket.frame.FrameHeaderCodec;
import io.rsocket.util.ByteBufPayload;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.CorePublisher;
import reactor.core.CoreSubscriber;

/**
 * A message on its way out. rsocket-core would make a frame of three counted buffers with a slice
 * each, which costs more than the encryption of a small message; to it this payload is empty, so
 * that it makes the frame's header only, and {@code LinkChannel} has the rest put behind that.
 *
 * <p>The payload is known to the channel by the thread that hands it to rsocket-core, which sends
 * the frame before it returns: {@link #emit} and {@link #subscribe} see to that.
 */
public final class OutboundPayload extends EmptyPayload {
  /** Where metadata starts, behind the header and the length. */
  private static final int METADATA_OFFSET = FrameLayout.MAX_HEADER_BYTES;

  private static final int LENGTH_OFFSET = METADATA_OFFSET - FrameLayout.METADATA_LENGTH_BYTES;
  private static final int USUAL_METADATA_BYTES = 51;
  private static final FastThreadLocal<Next> NEXT =
      new FastThreadLocal<>() {
        @Override
        protected Next initialValue() {
          return new Next();
        }
      };

  private final byte[] data;
  private final MessageFrame frame = new MessageFrame(METADATA_OFFSET + USUAL_METADATA_BYTES);
  private int metadataBytes;
  private boolean hasMetadata;

  public OutboundPayload(Message message) {
    data = Message.Unsafe.array(message);
    frame.writerIndex(METADATA_OFFSET);
  }

  /** Where metadata is to be written; {@link #endMetadata} follows. */
  public ByteBuf metadataOut() {
    return frame;
  }

  /** Returns how many bytes the metadata has. */
  public int endMetadata() {
    hasMetadata = true;
    metadataBytes = frame.writerIndex() - METADATA_OFFSET;
    return metadataBytes;
  }

  /** This, or what is to be sent instead where metadata does not fit in one frame. */
  public Payload within(int maxFrameBytes) {
    return frame.writerIndex() < maxFrameBytes
        ? this
        : ByteBufPayload.create(Unpooled.wrappedBuffer(data), frame.readerIndex(METADATA_OFFSET));
  }

  /** This thread is about to hand {@code payload} to rsocket-core. */
  public static void next(Payload payload) {
    if (payload instanceof OutboundPayload outbound) {
      Next.get().payload = outbound;
    }
  }

  /** It has; what was not sent will not be. */
  static void done(Payload payload) {
    if (payload instanceof OutboundPayload) {
      NEXT.get().payload = null;
    }
  }

  /** Hands {@code payload} to rsocket-core as an answer or item. */
  public static void emit(CoreSubscriber<? super Payload> to, Payload payload) {
    next(payload);
    try {
      to.onNext(payload);
    } finally {
      done(payload);
    }
  }

  /** Subscribes to the request that rsocket-core made of {@code payload}. */
  public static <T> void subscribe(
      CorePublisher<T> request, CoreSubscriber<? super T> subscriber, Payload payload) {
    next(payload);
    try {
      request.subscribe(subscriber);
    } finally {
      done(payload);
    }
  }

  /** What belongs behind a header that rsocket-core made on this thread; null for nothing. */
  public static @Nullable OutboundPayload behind(ByteBuf header) {
    Next next = NEXT.get();
    OutboundPayload payload = next.payload;
    if (payload != null && isHeaderOfMessage(header)) {
      next.payload = null;
      return payload;
    }
    return null;
  }

  private static boolean isHeaderOfMessage(ByteBuf frame) {
    return switch (FrameHeaderCodec.frameType(frame)) {
      case REQUEST_RESPONSE, REQUEST_FNF, REQUEST_STREAM, REQUEST_CHANNEL, NEXT, NEXT_COMPLETE ->
          true;
      default -> false;
    };
  }

  /** Makes the frame, or as many as are needed; owns the header. */
  public void frames(ByteBuf header, int maxFrameBytes, Consumer<ByteBuf> out) {
    int bytes = header.readableBytes();
    int start = (hasMetadata ? LENGTH_OFFSET : METADATA_OFFSET) - bytes;
    frame.setBytes(start, header, header.readerIndex(), bytes);
    header.release();
    frame.readerIndex(start);
    int flagsAt = start + FrameLayout.TYPE_OFFSET;
    int typeAndFlags = frame.getShort(flagsAt);
    if (hasMetadata) {
      frame.setMedium(LENGTH_OFFSET, metadataBytes);
      typeAndFlags |= FrameLayout.FLAG_METADATA;
      frame.setShort(flagsAt, typeAndFlags);
    }
    int room = maxFrameBytes - frame.readableBytes();
    if (data.length <= room) {
      frame.data(data, 0, data.length);
      out.accept(frame);
    } else {
      int first = (typeAndFlags & ~FrameLayout.FLAG_COMPLETE) | FrameLayout.FLAG_FOLLOWS;
      frame.setShort(flagsAt, first);
      frame.data(data, 0, room);
      int streamId = frame.getInt(start);
      out.accept(frame);
      fragments(streamId, typeAndFlags & FrameLayout.FLAG_COMPLETE, room, maxFrameBytes, out);
    }
  }

  /** What the first frame leaves over (RSocket protocol, "Fragmentation And Reassembly"). */
  private void fragments(
      int streamId, int complete, int from, int maxFrameBytes, Consumer<ByteBuf> out) {
    int most = maxFrameBytes - FrameLayout.HEADER_BYTES;
    for (int at = from; at < data.length; at += most) {
      int bytes = Math.min(most, data.length - at);
      int end = at + bytes == data.length ? complete : FrameLayout.FLAG_FOLLOWS;
      MessageFrame fragment = new MessageFrame(FrameLayout.HEADER_BYTES);
      fragment.writeInt(streamId);
      fragment.writeShort(
          FrameLayout.PAYLOAD << FrameLayout.TYPE_SHIFT | FrameLayout.FLAG_NEXT | end);
      fragment.data(data, at, bytes);
      out.accept(fragment);
    }
  }

  /**
   * Where a thread finds its next payload. It is replaced now and then, so that it does not get
   * old: a store into an object that has survived a few collections costs a fence.
   */
  private static final class Next {
    private static final int USES = 256;

    private @Nullable OutboundPayload payload;
    private int uses;

    static Next get() {
      Next known = NEXT.get();
      if (++known.uses > USES) {
        known = new Next();
        NEXT.set(known);
      }
      return known;
    }
  }
}
