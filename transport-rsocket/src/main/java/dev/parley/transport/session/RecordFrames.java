package dev.parley.transport.session;

/**
 * A cursor over the frames of a DATA record.
 *
 * <pre>
 * frames.reset(inner, offset, length);
 * while (frames.next()) {
 *   use(inner, frames.offset(), frames.length());
 * }
 * </pre>
 *
 * <p>{@link #reset} checks the whole record, so no frame of a malformed record is ever seen. One
 * instance serves many records and allocates nothing. Not thread-safe.
 */
public final class RecordFrames {
  private byte[] inner = {};
  private int limit;
  private int frameOffset;
  private int frameLength;

  /** Creates a cursor without frames. */
  public RecordFrames() {}

  /**
   * Moves in front of the first frame of the record.
   *
   * @param inner an array that holds the plaintext, starting with the record type
   * @param offset index of the record type
   * @param length bytes of plaintext
   * @throws RecordException with {@link RecordFault#BAD_FRAMES} unless at least one frame and
   *     optional padding fill the record exactly
   */
  public void reset(byte[] inner, int offset, int length) throws RecordException {
    this.inner = inner;
    frameOffset = offset + 1;
    frameLength = 0;
    limit = 0;
    int end = offset + length;
    int framesEnd = check(inner, offset + 1, end);
    if (inner[offset] != RecordFormat.DATA || framesEnd <= offset + 1) {
      throw new RecordException(RecordFault.BAD_FRAMES);
    }
    limit = framesEnd;
  }

  /** Moves to the next frame; false when there is none. */
  public boolean next() {
    int at = frameOffset + frameLength;
    if (at >= limit) {
      return false;
    }
    frameLength = u24(inner, at);
    frameOffset = at + RecordFormat.FRAME_HEADER_BYTES;
    return true;
  }

  /** Returns the index of the frame's first byte. */
  public int offset() {
    return frameOffset;
  }

  /** Returns how many bytes of the record are behind this frame. */
  public int remaining() {
    return limit - frameOffset - frameLength;
  }

  /** Returns the frame's length, at least 6. */
  public int length() {
    return frameLength;
  }

  /** Returns where the frames end and the padding starts, or -1 if the record is malformed. */
  private static int check(byte[] inner, int start, int end) {
    int at = start;
    while (at < end) {
      if (end - at < RecordFormat.FRAME_HEADER_BYTES) {
        return -1;
      }
      int length = u24(inner, at);
      if (length == 0) {
        return isZero(inner, at, end) ? at : -1;
      }
      at += RecordFormat.FRAME_HEADER_BYTES;
      if (length < RecordFormat.MIN_FRAME_BYTES || length > end - at) {
        return -1;
      }
      at += length;
    }
    return at;
  }

  private static boolean isZero(byte[] bytes, int from, int to) {
    int all = 0;
    for (int i = from; i < to; i++) {
      all |= bytes[i];
    }
    return all == 0;
  }

  private static int u24(byte[] bytes, int at) {
    return (bytes[at] & 0xFF) << 16 | (bytes[at + 1] & 0xFF) << 8 | (bytes[at + 2] & 0xFF);
  }
}
