package dev.parley.transport.rsocket.frame;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;

/**
 * Small buffers on the heap for what rsocket-core writes: a frame's header. Frames are copied into
 * records anyway, and to take such a buffer from a pool and bring it back costs more than to make
 * it. What is forgotten is collected.
 */
public final class FrameAllocator extends AbstractByteBufAllocator {
  public static final FrameAllocator INSTANCE = new FrameAllocator();

  private static final int HEADER_BYTES = 16;

  private FrameAllocator() {
    super(false);
  }

  @Override
  public ByteBuf buffer() {
    return heapBuffer(HEADER_BYTES);
  }

  @Override
  protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
    return new UnpooledHeapByteBuf(this, initialCapacity, maxCapacity);
  }

  @Override
  protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
    return UnpooledByteBufAllocator.DEFAULT.directBuffer(initialCapacity, maxCapacity);
  }

  @Override
  public boolean isDirectBufferPooled() {
    return false;
  }
}
