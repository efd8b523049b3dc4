package dev.parley.transport.rsocket;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.util.internal.PlatformDependent;

/** The memory outside the heap that Netty's buffers are in, of the whole process. Thread-safe. */
public final class DirectMemory {
  private DirectMemory() {}

  /** Bytes that the default allocator holds; NaN where it does not tell. */
  public static double usedBytes() {
    return ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider provider
        ? provider.metric().usedDirectMemory()
        : Double.NaN;
  }

  /** Bytes that Netty takes at most. */
  public static long limitBytes() {
    return PlatformDependent.maxDirectMemory();
  }
}
