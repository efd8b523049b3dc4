package dev.parley.transport.rsocket.guard;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Builds frames byte by byte, so that tests can also build wrong ones. */
public final class RawFrames {
  static final int M = FrameLayout.FLAG_METADATA;
  static final int F = FrameLayout.FLAG_FOLLOWS;
  static final int C = FrameLayout.FLAG_COMPLETE;
  static final int N = FrameLayout.FLAG_NEXT;
  static final int I = FrameLayout.FLAG_IGNORE;

  private final ByteBufAllocator alloc;

  public RawFrames(ByteBufAllocator alloc) {
    this.alloc = alloc;
  }

  public ByteBuf header(int streamId, int type, int flags) {
    return alloc.buffer().writeInt(streamId).writeShort(type << FrameLayout.TYPE_SHIFT | flags);
  }

  /** A frame with data only. */
  public ByteBuf data(int streamId, int type, int flags, byte[] data) {
    return header(streamId, type, flags).writeBytes(data);
  }

  /** A frame with metadata and data. */
  public ByteBuf both(int streamId, int type, int flags, byte[] metadata, byte[] data) {
    return header(streamId, type, flags | M)
        .writeMedium(metadata.length)
        .writeBytes(metadata)
        .writeBytes(data);
  }

  public ByteBuf response(int streamId, byte[] data) {
    return data(streamId, FrameLayout.PAYLOAD, N | C, data);
  }

  ByteBuf payload(int streamId, int flags, int bytes) {
    return data(streamId, FrameLayout.PAYLOAD, flags, new byte[bytes]);
  }

  ByteBuf request(int streamId) {
    return data(streamId, FrameLayout.REQUEST_RESPONSE, 0, bytes("hello"));
  }

  ByteBuf fireAndForget(int streamId) {
    return data(streamId, FrameLayout.REQUEST_FNF, 0, bytes("hello"));
  }

  public ByteBuf stream(int streamId, int n) {
    return header(streamId, FrameLayout.REQUEST_STREAM, 0).writeInt(n).writeBytes(bytes("hello"));
  }

  public ByteBuf channel(int streamId, int n, int flags) {
    return header(streamId, FrameLayout.REQUEST_CHANNEL, flags)
        .writeInt(n)
        .writeBytes(bytes("hello"));
  }

  public ByteBuf requestN(int streamId, int n) {
    return header(streamId, FrameLayout.REQUEST_N, 0).writeInt(n);
  }

  public ByteBuf cancel(int streamId) {
    return header(streamId, FrameLayout.CANCEL, 0);
  }

  public ByteBuf error(int streamId, int code, String text) {
    return header(streamId, FrameLayout.ERROR, 0).writeInt(code).writeBytes(bytes(text));
  }

  public ByteBuf keepAlive(boolean respond, int dataBytes) {
    return header(0, FrameLayout.KEEPALIVE, respond ? F : 0).writeLong(0).writeZero(dataBytes);
  }

  ByteBuf metadataPush(int bytes) {
    return header(0, FrameLayout.METADATA_PUSH, M).writeZero(bytes);
  }

  public ByteBuf setup() {
    return setup(0x0001_0000, 20_000, 90_000, 0);
  }

  public ByteBuf setup(int version, int keepAliveMillis, int lifetimeMillis, int flags) {
    return header(0, FrameLayout.SETUP, flags)
        .writeInt(version)
        .writeInt(keepAliveMillis)
        .writeInt(lifetimeMillis)
        .writeByte(3)
        .writeBytes(bytes("a/b"))
        .writeByte(3)
        .writeBytes(bytes("c/d"));
  }

  /** Copies a frame that some other allocator made, releasing it. */
  ByteBuf copy(ByteBuf frame) {
    ByteBuf copy = alloc.buffer(Math.max(1, frame.readableBytes())).writeBytes(frame);
    frame.release();
    return copy;
  }

  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  public static byte[] pattern(int bytes) {
    byte[] pattern = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      pattern[i] = (byte) (i * 31 + (i >>> 8));
    }
    return pattern;
  }

  /** What a frame says; independent of its buffer. */
  public record Seen(int streamId, int type, int flags, byte[] body) {
    public static Seen of(ByteBuf frame) {
      ByteBuf copy = frame.slice();
      int streamId = copy.readInt();
      int typeAndFlags = copy.readUnsignedShort();
      byte[] body = new byte[copy.readableBytes()];
      copy.readBytes(body);
      return new Seen(streamId, typeAndFlags >>> 10, typeAndFlags & 0x3FF, body);
    }

    public int intBody() {
      return Unpooled.wrappedBuffer(body).readInt();
    }

    @Override
    public String toString() {
      return "frame[stream "
          + streamId
          + ", type "
          + type
          + ", flags 0x"
          + Integer.toHexString(flags)
          + ", "
          + body.length
          + " bytes]";
    }
  }
}
