package dev.parley.dht.wire;

import java.util.Arrays;

/** Appends fields to an array that grows. */
final class WireWriter {
  private byte[] out;
  private int at;

  WireWriter(int capacity) {
    out = new byte[capacity];
  }

  private int room(int length) {
    if (out.length - at < length) {
      out = Arrays.copyOf(out, Math.max(2 * out.length, at + length));
    }
    int from = at;
    at += length;
    return from;
  }

  WireWriter u8(int value) {
    int from = room(1);
    out[from] = (byte) value;
    return this;
  }

  WireWriter u16(int value) {
    int from = room(2);
    Bytes.putShort(out, from, value);
    return this;
  }

  WireWriter i32(int value) {
    int from = room(4);
    Bytes.putInt(out, from, value);
    return this;
  }

  WireWriter i64(long value) {
    int from = room(8);
    Bytes.putLong(out, from, value);
    return this;
  }

  WireWriter key(DhtKey key) {
    int from = room(DhtKey.LENGTH);
    key.write(out, from);
    return this;
  }

  WireWriter bytes(byte[] value) {
    int from = room(value.length);
    System.arraycopy(value, 0, out, from, value.length);
    return this;
  }

  /** What was written; nothing may follow. */
  byte[] toBytes() {
    return at == out.length ? out : Arrays.copyOf(out, at);
  }
}
