package dev.parley.transport.session;

/**
 * The layout of a record.
 *
 * <pre>
 * record := u16 length, C              17 &lt;= length &lt;= maxRecordBytes + 16
 * C      := AEAD(k, n, ad = "", inner)  n counts records from 0, per direction
 * inner  := type u8, body
 * DATA   := (u24 frameLength, frame)+ [u24 0, zero bytes]    frameLength &gt;= 6
 * </pre>
 *
 * <p>Before using n &gt; 0 with n mod 2^16 = 0, and after a KEY_UPDATE, a direction replaces its
 * key by Noise REKEY (revision 34, section 4.2); n goes on. n stays below 2^48.
 */
public final class RecordFormat {
  /** Bytes of the length prefix. */
  public static final int PREFIX_BYTES = 2;

  /** Bytes of the authentication tag. */
  public static final int TAG_BYTES = 16;

  /** Bytes of the length before each frame. */
  public static final int FRAME_HEADER_BYTES = 3;

  /** The shortest frame, an RSocket frame header. */
  public static final int MIN_FRAME_BYTES = 6;

  /** Type byte of a record that carries frames. */
  public static final int DATA = 0;

  /** Type byte of a record that carries a {@link ControlRecord}. */
  public static final int CONTROL = 1;

  /** Records between two automatic changes of key. */
  static final long REKEY_INTERVAL = 1L << 16;

  /** Records that one direction may carry. */
  static final long MAX_RECORDS = 1L << 48;

  static final int MIN_LENGTH = 1 + TAG_BYTES;

  private static final int FRAME_RESERVE = 20;

  private RecordFormat() {}

  /** Returns the longest frame that a sender puts into a record: {@code maxRecordBytes - 20}. */
  public static int maxFrameBytes(int maxRecordBytes) {
    return maxRecordBytes - FRAME_RESERVE;
  }

  /** Returns the bytes on the wire of the largest record, prefix and tag included. */
  public static int maxWireBytes(int maxRecordBytes) {
    return PREFIX_BYTES + maxRecordBytes + TAG_BYTES;
  }
}
