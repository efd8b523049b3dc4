package dev.parley.transport.rsocket.guard;

import dev.parley.transport.rsocket.guard.FrameViolation.Reason;
import io.netty.buffer.ByteBuf;

/**
 * Checks the SETUP frame of a dialling peer.
 *
 * <pre>
 *  header 6 | version u32 | keep-alive interval u32 ms | max lifetime u32 ms
 *           | u8 length, metadata MIME type | u8 length, data MIME type | payload
 * </pre>
 *
 * rsocket-core hands the interval to a timer without looking at it, and leaks the frame when the
 * timer refuses; it also reads the MIME lengths as signed bytes.
 */
final class SetupFrame {
  private static final int VERSION_1_0 = 0x0001_0000;
  private static final int VERSION_OFFSET = FrameLayout.HEADER_BYTES;
  private static final int KEEPALIVE_OFFSET = VERSION_OFFSET + Integer.BYTES;
  private static final int LIFETIME_OFFSET = KEEPALIVE_OFFSET + Integer.BYTES;
  private static final int MIME_OFFSET = LIFETIME_OFFSET + Integer.BYTES;
  private static final int MAX_MIME_BYTES = Byte.MAX_VALUE;

  private SetupFrame() {}

  /** Fails unless rsocket-core and this connection's limits can live with the frame. */
  static void check(ByteBuf frame, int flags, GuardOptions options) throws FrameViolation {
    FrameLayout.require(frame, MIME_OFFSET + 2);
    int start = frame.readerIndex();
    int keepAliveMillis = frame.getInt(start + KEEPALIVE_OFFSET);
    int lifetimeMillis = frame.getInt(start + LIFETIME_OFFSET);
    if (frame.getInt(start + VERSION_OFFSET) != VERSION_1_0
        || FrameLayout.has(flags, FrameLayout.FLAG_RESUME | FrameLayout.FLAG_LEASE)
        || keepAliveMillis < options.minKeepAliveMillis()
        || keepAliveMillis > options.maxKeepAliveMillis()
        || lifetimeMillis < keepAliveMillis) {
      throw new FrameViolation(Reason.BAD_SETUP);
    }
    int dataMime = skipMimeType(frame, start + MIME_OFFSET);
    int payload = skipMimeType(frame, dataMime);
    int metadataBytes = FrameLayout.metadataBytes(frame, payload, flags);
    if (metadataBytes > options.maxMetadataBytes()
        || FrameLayout.dataBytes(frame, payload, flags, metadataBytes)
            > options.maxMessageBytes()) {
      throw new FrameViolation(Reason.BAD_SETUP);
    }
  }

  private static int skipMimeType(ByteBuf frame, int index) throws FrameViolation {
    int left = frame.writerIndex() - index - 1;
    if (left < 0) {
      throw new FrameViolation(Reason.TRUNCATED);
    }
    int length = frame.getUnsignedByte(index);
    if (length > MAX_MIME_BYTES) {
      throw new FrameViolation(Reason.BAD_SETUP);
    }
    if (length > left) {
      throw new FrameViolation(Reason.TRUNCATED);
    }
    return index + 1 + length;
  }
}
