package dev.parley.transport.session;

import java.util.Arrays;
import java.util.BitSet;

/**
 * A strict cursor over fields; see {@link Tlv}.
 *
 * <p>{@link #next()} moves to a field, then the caller reads the whole value with the typed methods
 * or passes over it with {@link #unknown()}. Reading past the value is a fault of the caller, which
 * checks {@link #expectLength} first.
 */
final class TlvReader {
  private final byte[] buffer;
  private final int limit;
  private final BitSet seen = new BitSet();
  private int fieldEnd;
  private int position;
  private int type;

  TlvReader(byte[] buffer, int offset, int length) {
    this.buffer = buffer;
    this.position = offset;
    this.fieldEnd = offset;
    this.limit = offset + length;
  }

  /** Moves to the next field; false at the end, after checking that the padding is zero. */
  boolean next() throws MalformedException {
    position = fieldEnd;
    if (position == limit) {
      return false;
    }
    type = u8();
    if (type == Tlv.PADDING) {
      checkPadding();
      return false;
    }
    if (limit - position < 2) {
      throw new MalformedException();
    }
    int length = u16();
    if (limit - position < length || seen.get(type)) {
      throw new MalformedException();
    }
    seen.set(type);
    fieldEnd = position + length;
    return true;
  }

  int type() {
    return type;
  }

  int length() {
    return fieldEnd - position;
  }

  void expectLength(int length) throws MalformedException {
    if (length() != length) {
      throw new MalformedException();
    }
  }

  /** Passes over a field that this version does not know, unless the field is critical. */
  void unknown() throws MalformedException {
    if (type >= Tlv.CRITICAL) {
      throw new MalformedException();
    }
  }

  /** Fails unless the field of {@code type} was present. */
  void require(int required) throws MalformedException {
    if (!seen.get(required)) {
      throw new MalformedException();
    }
  }

  int u8() {
    return buffer[position++] & 0xFF;
  }

  int u16() {
    int high = u8();
    return high << 8 | u8();
  }

  long u32() {
    long value = 0;
    for (int i = 0; i < 4; i++) {
      value = value << 8 | u8();
    }
    return value;
  }

  long u64() {
    return u32() << 32 | u32();
  }

  byte[] bytes() {
    byte[] value = Arrays.copyOfRange(buffer, position, fieldEnd);
    position = fieldEnd;
    return value;
  }

  private void checkPadding() throws MalformedException {
    for (int i = position; i < limit; i++) {
      if (buffer[i] != 0) {
        throw new MalformedException();
      }
    }
    fieldEnd = limit;
  }
}
