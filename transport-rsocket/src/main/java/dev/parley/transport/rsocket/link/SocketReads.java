package dev.parley.transport.rsocket.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How much is read from a socket at once: little from a stranger, and from a peer as much as has
 * been there lately. Netty asks a channel's allocator for a handle once and keeps it, so that
 * setting another one later changes nothing; the handle has to change itself. Confined to the
 * channel's event loop.
 *
 * <p>Not Netty's {@code AdaptiveRecvByteBufAllocator} behind a handle of ours: that is four objects
 * for each link and a reference stored at each read, which a node with a thousand busy links feels.
 */
@SuppressWarnings("deprecation") // what channels ask for, until Netty has something else for them
public final class SocketReads implements RecvByteBufAllocator {
  /** One handshake message fits. */
  private static final int HANDSHAKE_BYTES = 2048;

  private static final int FIRST_BULK_BYTES = 16 * 1024;
  private static final int MAX_BULK_BYTES = 64 * 1024;
  private static final int MIN_BULK_BYTES = 1024;
  private static final int MAX_READS = 16; // in a row, as Netty has it

  private boolean bulk;

  /** Reads a channel in small pieces from now on; before anything is read. */
  public static void small(Channel channel) {
    channel.config().setRecvByteBufAllocator(new SocketReads());
  }

  /** Reads a channel in large pieces from the next read on. */
  public static void bulk(Channel channel) {
    if (channel.config().getRecvByteBufAllocator() instanceof SocketReads reads) {
      reads.bulk = true;
    }
  }

  @Override
  public Handle newHandle() {
    return new Reads();
  }

  private final class Reads implements ExtendedHandle {
    private boolean isBulk;
    private @Nullable ChannelConfig config;
    private int size = HANDSHAKE_BYTES;
    private boolean wasSmall;
    private int reads;
    private int total;
    private int attempted;
    private int last;

    @Override
    public void reset(ChannelConfig config) {
      if (bulk && !isBulk) {
        isBulk = true;
        size = FIRST_BULK_BYTES;
      }
      if (this.config != config) { // a store costs the collector more than the comparison
        this.config = config;
      }
      reads = 0;
      total = 0;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator alloc) {
      return alloc.ioBuffer(size);
    }

    @Override
    public int guess() {
      return size;
    }

    @Override
    public void incMessagesRead(int count) {
      reads += count;
    }

    @Override
    public void lastBytesRead(int bytes) {
      last = bytes;
      if (bytes <= 0) {
        return;
      }
      total += bytes;
      if (bytes == attempted && isBulk) { // the read that follows may as well take more
        size = Math.min(MAX_BULK_BYTES, size << 1);
        wasSmall = false;
      }
    }

    @Override
    public int lastBytesRead() {
      return last;
    }

    @Override
    public void attemptedBytesRead(int bytes) {
      attempted = bytes;
    }

    @Override
    public int attemptedBytesRead() {
      return attempted;
    }

    @Override
    public boolean continueReading() {
      return mayContinue() && last == attempted;
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
      return mayContinue() && maybeMore.get();
    }

    private boolean mayContinue() {
      return reads < MAX_READS && total > 0 && config != null && config.isAutoRead();
    }

    /** Two in a row that would have fit into half halve it. */
    @Override
    public void readComplete() {
      boolean isSmall = isBulk && total <= size >> 1 && size > MIN_BULK_BYTES;
      if (isSmall && wasSmall) {
        size >>= 1;
        wasSmall = false;
      } else {
        wasSmall = isSmall;
      }
    }
  }
}
