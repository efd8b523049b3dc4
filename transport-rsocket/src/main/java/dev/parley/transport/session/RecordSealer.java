package dev.parley.transport.session;

import dev.parley.transport.crypto.AeadKey;
import dev.parley.transport.rsocket.Padding;
import java.util.Arrays;

/**
 * The sending direction of a session's record layer.
 *
 * <p>Frames are staged and sealed in place in an array of the caller, so that several records lie
 * one behind the other, ready to be written at once:
 *
 * <pre>
 * sealer.begin(scratch, 0);
 * while (more &amp;&amp; sealer.fits(length)) {
 *   frame.getBytes(frame.readerIndex(), scratch, sealer.append(length), length);
 * }
 * int end = sealer.seal();   // scratch[0, end) is one record, prefix included
 * </pre>
 *
 * <p>Not thread-safe: confined to the connection's event loop. Keys change as {@link RecordFormat}
 * says, without the caller. {@link #append} allocates nothing; {@link #seal} what the AEAD needs.
 */
public final class RecordSealer {
  /** Room that a control record needs, padding included. */
  public static final int MAX_CONTROL_BYTES = 256;

  private static final int CONTROL_LIMIT =
      MAX_CONTROL_BYTES - RecordFormat.PREFIX_BYTES - RecordFormat.TAG_BYTES;
  private static final byte[] NO_AD = {};

  private final AeadKey key;
  private final int maxRecordBytes;
  private final Padding padding;
  private final long rekeyInterval;

  private byte[] buffer = {}; // the caller's, and mostly the same one
  private boolean begun;
  private int innerStart;
  private int innerLimit;
  private int position;
  private long n;
  private long lastRekey;

  RecordSealer(AeadKey key, int maxRecordBytes, Padding padding, long rekeyInterval, long n) {
    this.key = key;
    this.maxRecordBytes = maxRecordBytes;
    this.padding = padding;
    this.rekeyInterval = rekeyInterval;
    this.n = n;
    this.lastRekey = n;
  }

  /**
   * Starts a DATA record at {@code offset} of {@code buffer}.
   *
   * <p>The record takes at most {@link RecordFormat#maxWireBytes} bytes, and never more than the
   * array holds from {@code offset} on. Starting again forgets frames that are staged.
   *
   * @throws IllegalArgumentException if not even the shortest frame would fit
   */
  public void begin(byte[] buffer, int offset) {
    int room = buffer.length - offset - RecordFormat.PREFIX_BYTES - RecordFormat.TAG_BYTES;
    int shortest = 1 + RecordFormat.FRAME_HEADER_BYTES + RecordFormat.MIN_FRAME_BYTES;
    if (offset < 0 || room < shortest) {
      throw new IllegalArgumentException("buffer is too small for a record");
    }
    if (this.buffer != buffer) { // a store costs the collector more than the comparison
      this.buffer = buffer;
    }
    begun = true;
    innerStart = offset + RecordFormat.PREFIX_BYTES;
    innerLimit = innerStart + Math.min(room, maxRecordBytes);
    buffer[innerStart] = RecordFormat.DATA;
    position = innerStart + 1;
  }

  /** Returns whether a frame of {@code frameBytes} can still be appended to the record. */
  public boolean fits(int frameBytes) {
    return begun && innerLimit - position - RecordFormat.FRAME_HEADER_BYTES >= frameBytes;
  }

  /** Returns whether no frame is staged. */
  public boolean isEmpty() {
    return !begun || position == innerStart + 1;
  }

  /**
   * Stages one frame: writes its length and returns the index in the caller's array at which the
   * caller puts its {@code frameBytes} bytes before {@link #seal()}.
   *
   * @throws IllegalArgumentException if the frame is shorter than 6 bytes or longer than {@link
   *     RecordFormat#maxFrameBytes}
   * @throws IllegalStateException if it does not {@linkplain #fits fit}
   */
  public int append(int frameBytes) {
    if (frameBytes < RecordFormat.MIN_FRAME_BYTES
        || frameBytes > RecordFormat.maxFrameBytes(maxRecordBytes)) {
      throw new IllegalArgumentException(
          "frame is "
              + frameBytes
              + " bytes, must be 6.."
              + RecordFormat.maxFrameBytes(maxRecordBytes));
    }
    byte[] staging = buffer;
    if (!fits(frameBytes)) {
      throw new IllegalStateException("frame does not fit into the record");
    }
    int at = position;
    staging[at] = (byte) (frameBytes >>> 16);
    staging[at + 1] = (byte) (frameBytes >>> 8);
    staging[at + 2] = (byte) frameBytes;
    int start = at + RecordFormat.FRAME_HEADER_BYTES;
    position = start + frameBytes;
    return start;
  }

  /**
   * Pads and seals the staged frames in place and returns the index behind the record.
   *
   * @throws IllegalStateException if nothing is staged, or the direction is {@linkplain
   *     #isExhausted() exhausted}
   */
  public int seal() {
    if (isEmpty()) {
      throw new IllegalStateException("no frame is staged");
    }
    byte[] staging = buffer;
    begun = false;
    int length = position - innerStart;
    int target = padding.target(length, innerLimit - innerStart);
    Arrays.fill(staging, position, innerStart + target, (byte) 0);
    return sealInner(staging, innerStart, target);
  }

  /**
   * Seals one control record into {@code out} at {@code offset} and returns the index behind it.
   *
   * <p>After {@link ControlRecord.KeyUpdate} the next record is under the next key.
   *
   * @throws IllegalArgumentException if {@code out} holds less than {@link #MAX_CONTROL_BYTES} from
   *     {@code offset} on
   * @throws IllegalStateException if frames are staged, which have to be sealed first, or the
   *     direction is exhausted
   */
  public int seal(ControlRecord record, byte[] out, int offset) {
    if (!isEmpty()) {
      throw new IllegalStateException("frames are staged");
    }
    if (out.length - offset < MAX_CONTROL_BYTES) {
      throw new IllegalArgumentException("buffer is too small for a control record");
    }
    int start = offset + RecordFormat.PREFIX_BYTES;
    int end = ControlCodec.encode(record, out, start);
    int target = padding.target(end - start, CONTROL_LIMIT);
    Arrays.fill(out, end, start + target, (byte) 0);
    int sealed = sealInner(out, start, target);
    if (record instanceof ControlRecord.KeyUpdate) {
      rekey();
    }
    return sealed;
  }

  /** Returns the records sealed under the present key; 0 means that a change of key is no use. */
  public long recordsSinceRekey() {
    return n - lastRekey;
  }

  /** Returns whether all 2^48 record numbers are used, so that only closing is left. */
  public boolean isExhausted() {
    return n >= RecordFormat.MAX_RECORDS;
  }

  private int sealInner(byte[] out, int start, int length) {
    if (isExhausted()) {
      throw new IllegalStateException("the session has no record numbers left");
    }
    if (n != 0 && n % rekeyInterval == 0) {
      rekey();
    }
    int sealed = key.seal(n++, NO_AD, out, start, length, out, start);
    out[start - 2] = (byte) (sealed >>> 8);
    out[start - 1] = (byte) sealed;
    return start + sealed;
  }

  private void rekey() {
    key.rekey();
    lastRekey = n;
  }
}
