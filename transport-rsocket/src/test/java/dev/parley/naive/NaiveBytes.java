package dev.parley.naive;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** Byte strings the way PROTOCOL.md writes them. */
final class NaiveBytes {

  private NaiveBytes() {}

  static byte[] concat(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] all = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  /** An unsigned integer, big endian, in the given number of bytes. */
  static byte[] uint(long value, int bytes) {
    byte[] out = new byte[bytes];
    for (int i = bytes - 1; i >= 0; i--) {
      out[i] = (byte) value;
      value >>>= 8;
    }
    return out;
  }

  static long uint(byte[] in, int at, int bytes) {
    long value = 0;
    for (int i = at; i < at + bytes; i++) {
      value = value << 8 | in[i] & 0xFF;
    }
    return value;
  }

  static byte[] slice(byte[] in, int from, int to) {
    return Arrays.copyOfRange(in, from, to);
  }

  static byte[] from(byte[] in, int from) {
    return Arrays.copyOfRange(in, from, in.length);
  }

  /** Adds zero bytes up to a size. */
  static byte[] pad(byte[] in, int size) {
    return Arrays.copyOf(in, size);
  }

  static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  static byte[] reverse(byte[] in) {
    byte[] out = new byte[in.length];
    for (int i = 0; i < in.length; i++) {
      out[i] = in[in.length - 1 - i];
    }
    return out;
  }
}
