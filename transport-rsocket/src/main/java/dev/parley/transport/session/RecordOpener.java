package dev.parley.transport.session;

import dev.parley.transport.crypto.AeadException;
import dev.parley.transport.crypto.AeadKey;

/**
 * The receiving direction of a session's record layer.
 *
 * <p>The caller cuts the byte stream into {@code u16 length} and that many bytes, asks {@link
 * #acceptsLength} before it buffers them, and passes each body to {@link #open}. Records are
 * numbered implicitly: one that is missing, repeated, out of order or altered fails authentication.
 * The first failure is final.
 *
 * <p>Not thread-safe: confined to the connection's event loop.
 */
public final class RecordOpener {
  private static final byte[] NO_AD = {};

  private final AeadKey key;
  private final int maxRecordBytes;
  private final long rekeyInterval;
  private long n;
  private boolean dead;

  RecordOpener(AeadKey key, int maxRecordBytes, long rekeyInterval, long n) {
    this.key = key;
    this.maxRecordBytes = maxRecordBytes;
    this.rekeyInterval = rekeyInterval;
    this.n = n;
  }

  /** Returns whether a length prefix is legal: 17 to {@code maxRecordBytes + 16}. */
  public boolean acceptsLength(int length) {
    return length >= RecordFormat.MIN_LENGTH && length <= maxRecordBytes + RecordFormat.TAG_BYTES;
  }

  /**
   * Ends the session over a length prefix that is not legal, before its bytes are there.
   *
   * @throws RecordException if the record is refused; the session is over
   */
  public void requireLength(int length) throws RecordException {
    if (!acceptsLength(length)) {
      dead = true;
      throw new RecordException(RecordFault.BAD_LENGTH);
    }
  }

  /**
   * Opens the body of one record and returns the length of its plaintext, at least 1.
   *
   * <p>{@code out[outOffset]} is then {@link RecordFormat#DATA}, to be walked with {@link
   * RecordFrames}, or {@link RecordFormat#CONTROL}, to be decoded with {@link
   * ControlRecord#decode}. A KEY_UPDATE has already taken effect. Input and output must not
   * overlap, which would cost the JDK's AES-GCM its fast path; {@code out} needs {@code length -
   * 16} bytes.
   *
   * @throws RecordException if the record is refused; the session is over
   */
  public int open(byte[] in, int inOffset, int length, byte[] out, int outOffset)
      throws RecordException {
    if (dead) {
      throw new RecordException(RecordFault.DEAD);
    }
    dead = true; // until this record turns out well
    requireLength(length);
    if (n >= RecordFormat.MAX_RECORDS) {
      throw new RecordException(RecordFault.EXHAUSTED);
    }
    if (n != 0 && n % rekeyInterval == 0) {
      key.rekey();
    }
    int opened;
    try {
      opened = key.open(n++, NO_AD, in, inOffset, length, out, outOffset);
    } catch (AeadException e) {
      throw new RecordException(RecordFault.AUTHENTICATION);
    }
    checkType(out, outOffset, opened);
    dead = false;
    return opened;
  }

  private void checkType(byte[] inner, int offset, int length) throws RecordException {
    int type = inner[offset];
    if (type == RecordFormat.DATA) {
      return;
    }
    if (type != RecordFormat.CONTROL) {
      throw new RecordException(RecordFault.BAD_TYPE);
    }
    if (length > 1 && inner[offset + 1] == ControlCodec.KEY_UPDATE) {
      ControlCodec.decode(inner, offset, length);
      key.rekey();
    }
  }
}
