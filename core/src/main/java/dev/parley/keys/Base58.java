package dev.parley.keys;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The base58btc alphabet of Bitcoin and multibase ({@code z}), for short public values.
 *
 * <p>Cost is quadratic in the length, so callers bound what they pass. Timing depends on the value:
 * not for secrets.
 */
public final class Base58 {
  private static final byte[] ALPHABET =
      "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
          .getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DIGIT_OF = digits();

  private Base58() {}

  private static byte[] digits() {
    byte[] digits = new byte[128];
    Arrays.fill(digits, (byte) -1);
    for (int i = 0; i < ALPHABET.length; i++) {
      digits[ALPHABET[i]] = (byte) i;
    }
    return digits;
  }

  public static String encode(byte[] bytes) {
    int zeros = skipZeros(bytes, 0);
    byte[] number = bytes.clone();
    byte[] text = new byte[bytes.length * 2];
    int at = text.length;
    for (int start = zeros; start < number.length; ) {
      text[--at] = ALPHABET[divideInPlace(number, start, 256, 58)];
      start = skipZeros(number, start);
    }
    for (int i = 0; i < zeros; i++) {
      text[--at] = ALPHABET[0];
    }
    return new String(text, at, text.length - at, StandardCharsets.US_ASCII);
  }

  /** Decodes {@code text}; throws {@link IllegalArgumentException} on a foreign character. */
  public static byte[] decode(String text) {
    byte[] number = new byte[text.length()];
    for (int i = 0; i < number.length; i++) {
      char c = text.charAt(i);
      byte digit = c < 128 ? DIGIT_OF[c] : -1;
      if (digit < 0) {
        throw new IllegalArgumentException("character " + i + " is not in the base58btc alphabet");
      }
      number[i] = digit;
    }
    int zeros = skipZeros(number, 0);
    byte[] bytes = new byte[number.length];
    int at = bytes.length;
    for (int start = zeros; start < number.length; ) {
      bytes[--at] = (byte) divideInPlace(number, start, 58, 256);
      start = skipZeros(number, start);
    }
    return Arrays.copyOfRange(bytes, at - zeros, bytes.length);
  }

  private static int divideInPlace(byte[] number, int start, int base, int divisor) {
    int remainder = 0;
    for (int i = start; i < number.length; i++) {
      int value = remainder * base + (number[i] & 0xff);
      number[i] = (byte) (value / divisor);
      remainder = value % divisor;
    }
    return remainder;
  }

  private static int skipZeros(byte[] bytes, int from) {
    int at = from;
    while (at < bytes.length && bytes[at] == 0) {
      at++;
    }
    return at;
  }
}
