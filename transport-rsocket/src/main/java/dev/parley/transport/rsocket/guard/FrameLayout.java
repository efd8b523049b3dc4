package dev.parley.transport.rsocket.guard;

import dev.parley.transport.rsocket.guard.FrameViolation.Reason;
import io.netty.buffer.ByteBuf;

/**
 * Layout of the RSocket 1.0 frames the guard reads.
 *
 * <pre>
 *  0      4        6
 *  +------+--------+---------------------------------------------
 *  | 0|id | type 6 |  body
 *  |  31  | flag 10|
 *  +------+--------+
 *  request stream, channel: initial request n u32, then payload
 *  payload:                 [metadata length u24, metadata]  data     (bracket: only with flag M)
 *  REQUEST_N: n u32    ERROR: code u32, text    KEEPALIVE: position u64, data
 * </pre>
 *
 * See the RSocket protocol, section "Framing".
 */
public final class FrameLayout {
  static final int SETUP = 0x01;
  static final int LEASE = 0x02;
  static final int KEEPALIVE = 0x03;
  public static final int REQUEST_RESPONSE = 0x04;
  public static final int REQUEST_FNF = 0x05;
  static final int REQUEST_STREAM = 0x06;
  static final int REQUEST_CHANNEL = 0x07;
  static final int REQUEST_N = 0x08;
  static final int CANCEL = 0x09;
  public static final int PAYLOAD = 0x0A;
  public static final int ERROR = 0x0B;
  static final int METADATA_PUSH = 0x0C;
  static final int RESUME = 0x0D;
  static final int RESUME_OK = 0x0E;

  public static final int TYPE_SHIFT = 10;
  static final int FLAGS_MASK = 0x3FF;
  static final int FLAG_IGNORE = 0x200;
  public static final int FLAG_METADATA = 0x100;
  public static final int FLAG_FOLLOWS = 0x080;
  static final int FLAG_RESUME = FLAG_FOLLOWS; // in SETUP
  public static final int FLAG_COMPLETE = 0x040;
  static final int FLAG_LEASE = FLAG_COMPLETE; // in SETUP
  public static final int FLAG_NEXT = 0x020;

  public static final int TYPE_OFFSET = Integer.BYTES;
  public static final int HEADER_BYTES = TYPE_OFFSET + Short.BYTES;
  static final int REQUEST_N_OFFSET = HEADER_BYTES;
  public static final int REQUEST_N_BYTES = Integer.BYTES;
  public static final int METADATA_LENGTH_BYTES = 3;
  static final int ERROR_CODE_OFFSET = HEADER_BYTES;
  static final int ERROR_TEXT_OFFSET = ERROR_CODE_OFFSET + Integer.BYTES;
  static final int KEEPALIVE_DATA_OFFSET = HEADER_BYTES + Long.BYTES;
  public static final int MAX_HEADER_BYTES = HEADER_BYTES + REQUEST_N_BYTES + METADATA_LENGTH_BYTES;

  /** Largest number a 24-bit length field holds. */
  static final int MAX_U24 = 0xFF_FFFF;

  private FrameLayout() {}

  /** Returns whether {@code flags} holds {@code flag}. */
  public static boolean has(int flags, int flag) {
    return (flags & flag) != 0;
  }

  /** Returns whether a request of this type starts with an initial request n. */
  public static boolean hasRequestN(int type) {
    return type == REQUEST_STREAM || type == REQUEST_CHANNEL;
  }

  /**
   * Reads the length of the metadata that starts at {@code payload}.
   *
   * @return the length, 0 when the frame has none
   * @throws FrameViolation when the metadata does not lie within the frame
   */
  static int metadataBytes(ByteBuf frame, int payload, int flags) throws FrameViolation {
    if (!has(flags, FLAG_METADATA)) {
      return 0;
    }
    int left = frame.writerIndex() - payload - METADATA_LENGTH_BYTES;
    if (left < 0) {
      throw new FrameViolation(Reason.TRUNCATED);
    }
    int length = frame.getUnsignedMedium(payload);
    if (length > left) {
      throw new FrameViolation(Reason.BAD_METADATA_LENGTH);
    }
    return length;
  }

  /** Returns how many bytes of data follow the metadata. */
  static int dataBytes(ByteBuf frame, int payload, int flags, int metadataBytes) {
    int left = frame.writerIndex() - payload - metadataBytes;
    return has(flags, FLAG_METADATA) ? left - METADATA_LENGTH_BYTES : left;
  }

  /** Fails unless the frame holds at least {@code bytes} bytes. */
  static void require(ByteBuf frame, int bytes) throws FrameViolation {
    if (frame.readableBytes() < bytes) {
      throw new FrameViolation(Reason.TRUNCATED);
    }
  }

  /** Fails when a frame that cannot carry metadata says that it does. */
  static void refuseMetadata(int flags) throws FrameViolation {
    if (has(flags, FLAG_METADATA)) {
      throw new FrameViolation(Reason.BAD_FLAGS);
    }
  }

  /**
   * Reads the n of a REQUEST_N, REQUEST_STREAM or REQUEST_CHANNEL frame.
   *
   * @throws FrameViolation when it is missing, zero or negative
   */
  static int requestN(ByteBuf frame) throws FrameViolation {
    require(frame, REQUEST_N_OFFSET + REQUEST_N_BYTES);
    int n = frame.getInt(frame.readerIndex() + REQUEST_N_OFFSET);
    if (n <= 0) {
      throw new FrameViolation(Reason.BAD_REQUEST_N);
    }
    return n;
  }
}
