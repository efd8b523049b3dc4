package dev.parley.keys;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * A strict reader, and the writing counterpart, of the few DER types a private key file is made of.
 *
 * <p>A general ASN.1 library keeps copies of what it reads in objects that cannot be erased. This
 * one is a cursor over the caller's array: the only copies are those that {@link #octets()}
 * returns. Lengths are definite, minimal and inside the enclosing element; nothing is allocated for
 * a length before that length has been checked, and there is no recursion.
 */
public final class Der {
  static final int INTEGER = 0x02;
  public static final int OCTET_STRING = 0x04;
  static final int NULL = 0x05;
  public static final int OBJECT_ID = 0x06;
  public static final int SEQUENCE = 0x30;

  private final byte[] bytes;
  private final int end;
  private int at;

  private Der(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  static Der reader(byte[] bytes) {
    return new Der(bytes, 0, bytes.length);
  }

  /** Whether {@code bytes} are one SEQUENCE and nothing more, whatever is in it. */
  public static boolean isOneSequence(byte[] bytes) {
    try {
      Der der = reader(bytes);
      der.next(SEQUENCE);
      return der.isAtEnd();
    } catch (KeyFormatException e) {
      return false;
    }
  }

  boolean isAtEnd() {
    return at == end;
  }

  boolean isNext(int tag) {
    return at < end && (bytes[at] & 0xff) == tag;
  }

  void requireEnd() throws KeyFormatException {
    if (!isAtEnd()) {
      throw KeyFormatException.malformed("the key structure has unexpected trailing bytes");
    }
  }

  /** The content of the next element, which must have this tag; this reader moves behind it. */
  Der next(int tag) throws KeyFormatException {
    if (!isNext(tag)) {
      throw KeyFormatException.malformed("the key structure is not as RFC 8410 has it");
    }
    at++;
    int length = length();
    if (length > end - at) {
      throw truncated();
    }
    Der content = new Der(bytes, at, at + length);
    at += length;
    return content;
  }

  private int length() throws KeyFormatException {
    int first = unsignedByte();
    if (first < 0x80) {
      return first;
    }
    int count = first & 0x7f;
    if (count < 1 || count > 2) { // indefinite, or over 64 KiB: larger than any file read here
      throw KeyFormatException.malformed("the key structure has an unsupported length");
    }
    int length = count == 1 ? unsignedByte() : unsignedByte() << 8 | unsignedByte();
    if (length < (count == 1 ? 0x80 : 0x100)) {
      throw KeyFormatException.malformed("the key structure has a length that is not minimal");
    }
    return length;
  }

  private int unsignedByte() throws KeyFormatException {
    if (isAtEnd()) {
      throw truncated();
    }
    return bytes[at++] & 0xff;
  }

  private static KeyFormatException truncated() {
    return KeyFormatException.malformed("the key structure is cut short");
  }

  /** A copy of the next OCTET STRING; the caller erases it if it is secret. */
  byte[] octets() throws KeyFormatException {
    return next(OCTET_STRING).remaining();
  }

  /** A copy of all bytes not yet read. */
  byte[] remaining() {
    byte[] rest = Arrays.copyOfRange(bytes, at, end);
    at = end;
    return rest;
  }

  /** Whether the next element, an OBJECT IDENTIFIER, has this content. */
  boolean objectId(byte[] expected) throws KeyFormatException {
    Der id = next(OBJECT_ID);
    return Arrays.equals(bytes, id.at, id.end, expected, 0, expected.length);
  }

  /** The next INTEGER, which must be in {@code 0..max}. */
  int integer(int max) throws KeyFormatException {
    Der digits = next(INTEGER);
    int length = digits.end - digits.at;
    boolean padded = length > 1 && bytes[digits.at] == 0 && bytes[digits.at + 1] >= 0;
    if (length < 1 || padded) {
      throw KeyFormatException.malformed("the key structure has a number that is not minimal");
    }
    long value = length > 5 ? -1 : bytes[digits.at];
    for (int i = digits.at + 1; value >= 0 && i < digits.end; i++) {
      value = value << 8 | (bytes[i] & 0xff);
    }
    if (value < 0 || value > max) {
      throw KeyFormatException.malformed(
          "the key structure has a number outside the accepted range 0.." + max);
    }
    return (int) value;
  }

  /** One element of this tag around the concatenated {@code parts}; not for secret content. */
  public static byte[] element(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    int header = length < 0x80 ? 2 : length < 0x100 ? 3 : 4;
    byte[] element = new byte[header + length];
    element[0] = (byte) tag;
    switch (header) {
      case 2 -> element[1] = (byte) length;
      case 3 -> element[1] = (byte) 0x81;
      default -> {
        element[1] = (byte) 0x82;
        element[2] = (byte) (length >> 8);
      }
    }
    element[header - 1] = (byte) length;
    int at = header;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, element, at, part.length);
      at += part.length;
    }
    return element;
  }

  /** An INTEGER that is not negative. */
  static byte[] integerElement(long value) {
    return element(INTEGER, BigInteger.valueOf(value).toByteArray());
  }
}
