package dev.parley.dht.wire;

import java.util.Arrays;

/** Reads fields in order and checks each length before it reads. */
final class WireReader {
  private final byte[] in;
  private int at;

  WireReader(byte[] in) {
    this.in = in;
  }

  private int take(int length) {
    if (length > in.length - at) {
      throw new DhtFormatException("the message ends within a field");
    }
    int from = at;
    at += length;
    return from;
  }

  int u8() {
    return in[take(1)] & 0xff;
  }

  /** A byte in a range. */
  int u8(String name, int min, int max) {
    int value = u8();
    if (value < min || value > max) {
      throw new DhtFormatException(name + " is " + value + ", must be " + min + ".." + max);
    }
    return value;
  }

  int u16() {
    return Bytes.getShort(in, take(2));
  }

  int u16(String name, int min, int max) {
    int value = u16();
    if (value < min || value > max) {
      throw new DhtFormatException(name + " is " + value + ", must be " + min + ".." + max);
    }
    return value;
  }

  int i32() {
    return Bytes.getInt(in, take(4));
  }

  long i64() {
    return Bytes.getLong(in, take(8));
  }

  DhtKey key() {
    return DhtKey.read(in, take(DhtKey.LENGTH));
  }

  byte[] bytes(int length) {
    int from = take(length);
    return Arrays.copyOfRange(in, from, from + length);
  }

  int position() {
    return at;
  }

  void end() {
    if (at != in.length) {
      throw new DhtFormatException((in.length - at) + " bytes follow the message");
    }
  }
}
