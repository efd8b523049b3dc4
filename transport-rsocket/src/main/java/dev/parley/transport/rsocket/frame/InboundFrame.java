package dev.parley.transport.rsocket.frame;

import dev.parley.transport.rsocket.guard.FrameLayout;
import io.netty.buffer.UnpooledHeapByteBuf;

/**
 * A frame in the plaintext of its record. It is one object from no pool, and instead of a count of
 * references to the record there is a {@link Source} that learns when frames are through.
 */
final class InboundFrame extends UnpooledHeapByteBuf {
  private final Source source;
  private int end; // 0 while the superclass is made

  InboundFrame(Source source, int from, int length) {
    super(FrameAllocator.INSTANCE, source.bytes, source.bytes.length);
    this.source = source;
    this.end = from + length;
    setIndex(from, end);
  }

  // What is behind a frame is none of its reader's business: another frame, or another peer's. The
  // superclass compares an index with the array's length only.

  @Override
  public int capacity() {
    return end == 0 ? super.capacity() : end;
  }

  @Override
  public byte getByte(int index) {
    checkIndex(index);
    return super.getByte(index);
  }

  @Override
  public short getShort(int index) {
    checkIndex(index, Short.BYTES);
    return super.getShort(index);
  }

  @Override
  public int getUnsignedMedium(int index) {
    checkIndex(index, FrameLayout.METADATA_LENGTH_BYTES);
    return super.getUnsignedMedium(index);
  }

  @Override
  public int getInt(int index) {
    checkIndex(index, Integer.BYTES);
    return super.getInt(index);
  }

  @Override
  public long getLong(int index) {
    checkIndex(index, Long.BYTES);
    return super.getLong(index);
  }

  @Override
  protected void deallocate() {
    super.deallocate();
    source.released();
  }

  /** A record's plaintext, whose array can be used again once all frames of it are released. */
  static final class Source {
    private final byte[] bytes;
    private final Thread reader = Thread.currentThread();
    private int frames;

    Source(byte[] bytes) {
      this.bytes = bytes;
    }

    InboundFrame frame(int from, int length) {
      frames++;
      return new InboundFrame(this, from, length);
    }

    /** A frame that is released elsewhere is never known to be: its array is left to the GC. */
    private void released() {
      if (Thread.currentThread() == reader) {
        frames--;
      }
    }

    /** Whether nobody has a frame of it any more. */
    boolean isFree() {
      return frames == 0;
    }
  }
}
