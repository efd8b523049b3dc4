package dev.parley.transport.rsocket.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;

/**
 * A frame whose data stays in the message that it belongs to until the frame is copied into a
 * record: as a buffer it is the frame's header and metadata. {@link RecordWriter} takes both.
 */
public final class MessageFrame extends UnpooledHeapByteBuf {
  private static final byte[] NONE = {};

  private byte[] data = NONE;
  private int offset;
  private int length;

  /** Room for so many bytes of header and metadata; it grows. */
  MessageFrame(int capacity) {
    super(FrameAllocator.INSTANCE, capacity, Integer.MAX_VALUE);
  }

  /** Follows the header and metadata with a part of {@code array}, which must not change. */
  void data(byte[] array, int from, int bytes) {
    data = array;
    offset = from;
    length = bytes;
  }

  /** Nothing: there is nobody who shares a frame, and its array is the garbage collector's. */
  @Override
  public boolean release() {
    return false;
  }

  /** The bytes of a frame, data included. */
  public static int bytes(ByteBuf frame) {
    int bytes = frame.readableBytes();
    return frame instanceof MessageFrame message ? bytes + message.length : bytes;
  }

  /** Copies a frame, data included. */
  public static void copy(ByteBuf frame, byte[] to, int at) {
    int bytes = frame.readableBytes();
    frame.getBytes(frame.readerIndex(), to, at, bytes);
    if (frame instanceof MessageFrame message) {
      System.arraycopy(message.data, message.offset, to, at + bytes, message.length);
    }
  }
}
