package dev.parley.transport.rsocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * How much is read from a socket at once: little from a stranger, and much from a peer. Netty asks
 * a channel's allocator for a handle once and keeps it, so that setting another one later changes
 * nothing; the handle has to change itself. Confined to the channel's event loop.
 */
@SuppressWarnings("deprecation") // what channels ask for, until Netty has something else for them
final class SocketReads implements RecvByteBufAllocator {
  /** One handshake message fits. */
  private static final int HANDSHAKE_BYTES = 2048;

  private static final int FIRST_BULK_BYTES = 16 * 1024;
  private static final int MAX_BULK_BYTES = 64 * 1024;
  private static final int MIN_BULK_BYTES = 1024;

  private boolean bulk;

  /** Reads a channel in small pieces from now on; before anything is read. */
  static void small(Channel channel) {
    channel.config().setRecvByteBufAllocator(new SocketReads());
  }

  /** Reads a channel in large pieces from the next read on. */
  static void bulk(Channel channel) {
    if (channel.config().getRecvByteBufAllocator() instanceof SocketReads reads) {
      reads.bulk = true;
    }
  }

  @Override
  public Handle newHandle() {
    return new Reads();
  }

  private final class Reads implements ExtendedHandle {
    private Handle current = new FixedRecvByteBufAllocator(HANDSHAKE_BYTES).newHandle();
    private boolean isBulk;

    @Override
    public void reset(ChannelConfig config) {
      if (bulk && !isBulk) {
        isBulk = true;
        current =
            new AdaptiveRecvByteBufAllocator(MIN_BULK_BYTES, FIRST_BULK_BYTES, MAX_BULK_BYTES)
                .newHandle();
      }
      current.reset(config);
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator alloc) {
      return current.allocate(alloc);
    }

    @Override
    public int guess() {
      return current.guess();
    }

    @Override
    public void incMessagesRead(int count) {
      current.incMessagesRead(count);
    }

    @Override
    public void lastBytesRead(int bytes) {
      current.lastBytesRead(bytes);
    }

    @Override
    public int lastBytesRead() {
      return current.lastBytesRead();
    }

    @Override
    public void attemptedBytesRead(int bytes) {
      current.attemptedBytesRead(bytes);
    }

    @Override
    public int attemptedBytesRead() {
      return current.attemptedBytesRead();
    }

    @Override
    public boolean continueReading() {
      return current.continueReading();
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
      return current instanceof ExtendedHandle extended
          ? extended.continueReading(maybeMore)
          : current.continueReading();
    }

    @Override
    public void readComplete() {
      current.readComplete();
    }
  }
}
