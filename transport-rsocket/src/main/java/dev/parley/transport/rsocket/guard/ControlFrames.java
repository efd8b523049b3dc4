package dev.parley.transport.rsocket.guard;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/** Encodes the few frames the guard itself sends or delivers. The caller owns the result. */
public final class ControlFrames {
  private ControlFrames() {}

  static ByteBuf cancel(ByteBufAllocator alloc, int streamId) {
    return header(alloc, 0, streamId, FrameLayout.CANCEL);
  }

  public static ByteBuf requestN(ByteBufAllocator alloc, int streamId, int n) {
    return header(alloc, FrameLayout.REQUEST_N_BYTES, streamId, FrameLayout.REQUEST_N).writeInt(n);
  }

  /** Encodes an ERROR frame; {@code text} is ASCII. */
  static ByteBuf error(ByteBufAllocator alloc, int streamId, int code, String text) {
    ByteBuf frame =
        header(alloc, Integer.BYTES + text.length(), streamId, FrameLayout.ERROR).writeInt(code);
    frame.writeCharSequence(text, StandardCharsets.US_ASCII);
    return frame;
  }

  private static ByteBuf header(ByteBufAllocator alloc, int bodyBytes, int streamId, int type) {
    return alloc
        .buffer(FrameLayout.HEADER_BYTES + bodyBytes)
        .writeInt(streamId)
        .writeShort(type << FrameLayout.TYPE_SHIFT);
  }
}
