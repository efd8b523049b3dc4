package dev.parley.naive;

import static dev.parley.naive.NaiveBytes.concat;
import static dev.parley.naive.NaiveBytes.slice;
import static dev.parley.naive.NaiveBytes.uint;

import java.util.ArrayList;
import java.util.List;

/** The records of one direction, PROTOCOL.md §10. */
final class NaiveRecords {
  static final int DATA = 0;
  static final int CONTROL = 1;
  static final int TAG_BYTES = 16;
  private static final int REKEY_EVERY = 65536;
  private static final int MIN_FRAME_BYTES = 6;
  private static final byte[] NO_AD = {};

  private final NaiveAead aead;
  private byte[] key;
  private byte[] keyOfLastRecord = {};
  private long n;

  NaiveRecords(NaiveAead aead, byte[] key) {
    this(aead, key, 0);
  }

  /** Starts in the middle: record n is next, under the key of the record before it. */
  NaiveRecords(NaiveAead aead, byte[] key, long n) {
    this.aead = aead;
    this.key = key;
    this.n = n;
  }

  /** The whole record, length included. */
  byte[] seal(byte[] inner) {
    rekeyWhenDue();
    keyOfLastRecord = key;
    byte[] sealed = aead.seal(key, n++, NO_AD, inner);
    rekeyAfter(inner);
    return concat(uint(sealed.length, 2), sealed);
  }

  /** Opens what stands behind the length. */
  byte[] open(byte[] sealed) throws NaiveRefusal {
    rekeyWhenDue();
    keyOfLastRecord = key;
    byte[] inner = aead.open(key, n++, NO_AD, sealed);
    rekeyAfter(inner);
    return inner;
  }

  /** The key in force; after a KEY_UPDATE it is the next record's. */
  byte[] key() {
    return key;
  }

  byte[] keyOfLastRecord() {
    return keyOfLastRecord;
  }

  private void rekeyWhenDue() {
    if (n > 0 && n % REKEY_EVERY == 0) {
      key = aead.rekey(key);
    }
  }

  private void rekeyAfter(byte[] inner) {
    boolean keyUpdate =
        inner.length > 1 && inner[0] == CONTROL && inner[1] == NaiveControl.KEY_UPDATE;
    if (keyUpdate) {
      key = aead.rekey(key);
    }
  }

  static boolean isRecordLength(int length, int maxRecord) {
    return length >= TAG_BYTES + 1 && length <= maxRecord + TAG_BYTES;
  }

  /** A DATA record's plaintext; the padding is 0 or at least 3 bytes. */
  static byte[] data(List<byte[]> frames, int padding) {
    byte[] inner = {DATA};
    for (byte[] frame : frames) {
      inner = concat(inner, uint(frame.length, 3), frame);
    }
    return concat(inner, new byte[padding]);
  }

  /** The frames of a DATA record. */
  static List<byte[]> frames(byte[] inner) throws NaiveRefusal {
    List<byte[]> frames = new ArrayList<>();
    int at = 1;
    while (at < inner.length) {
      if (at + 3 > inner.length) {
        throw new NaiveRefusal("a rest that holds no frame length");
      }
      int length = (int) uint(inner, at, 3);
      at += 3;
      if (length == 0) {
        checkPadding(inner, at);
        break;
      }
      if (length < MIN_FRAME_BYTES || at + length > inner.length) {
        throw new NaiveRefusal("a frame that is too short or passes the record's end");
      }
      frames.add(slice(inner, at, at + length));
      at += length;
    }
    if (frames.isEmpty()) {
      throw new NaiveRefusal("a DATA record without a frame");
    }
    return frames;
  }

  private static void checkPadding(byte[] inner, int from) throws NaiveRefusal {
    for (int i = from; i < inner.length; i++) {
      if (inner[i] != 0) {
        throw new NaiveRefusal("padding that is not zero");
      }
    }
  }
}
