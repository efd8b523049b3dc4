package dev.parley.keys;

import static dev.parley.keys.KeyFormatException.malformed;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.Base64;

/**
 * A file with exactly one PEM block (RFC 7468), as bytes: no text of a key ever becomes a {@code
 * String}, which could not be erased.
 *
 * <p>Strict: the block starts at the first byte, has no headers, lines of at most 76 characters and
 * full padding, and only line ends follow it. Both kinds of line ends are read, LF is written.
 */
public final class Pem {
  private static final int MAX_LINE_LENGTH = 76;
  private static final int WRITTEN_LINE_LENGTH = 64;
  private static final String BEGIN = "-----BEGIN ";
  private static final String DASHES = "-----";

  private final byte[] file;
  private int at;

  private Pem(byte[] file) {
    this.file = file;
  }

  public static byte[] encode(String label, byte[] der) {
    byte[] begin = (BEGIN + label + DASHES + "\n").getBytes(US_ASCII);
    byte[] end = ("\n-----END " + label + DASHES + "\n").getBytes(US_ASCII);
    byte[] body = Base64.getMimeEncoder(WRITTEN_LINE_LENGTH, new byte[] {'\n'}).encode(der);
    byte[] pem = Arrays.copyOf(begin, begin.length + body.length + end.length);
    System.arraycopy(body, 0, pem, begin.length, body.length);
    System.arraycopy(end, 0, pem, begin.length + body.length, end.length);
    Arrays.fill(body, (byte) 0);
    return pem;
  }

  /** The label of the block; reads no further. */
  public static String label(byte[] file) throws KeyFormatException {
    int end = lineEnd(file, 0);
    String line = new String(file, 0, Math.min(end, MAX_LINE_LENGTH), US_ASCII);
    boolean framed = line.startsWith(BEGIN) && line.endsWith(DASHES);
    if (!framed || line.length() < BEGIN.length() + DASHES.length()) {
      throw malformed("is no PEM file: it does not start with " + BEGIN + "... " + DASHES);
    }
    String label = line.substring(BEGIN.length(), line.length() - DASHES.length());
    if (!label.matches("[A-Z0-9 ]{1,40}")) {
      throw malformed("has a PEM block without a proper label");
    }
    return label;
  }

  /** The content of the block in a new array, which the caller erases if it is secret. */
  public static byte[] decode(String label, byte[] file) throws KeyFormatException {
    Pem pem = new Pem(file);
    pem.requireLine(BEGIN + label + DASHES);
    byte[] base64 = new byte[file.length];
    try {
      int length = pem.body(base64);
      pem.requireLine("-----END " + label + DASHES);
      pem.requireOnlyLineEnds();
      return base64Decode(base64, length);
    } finally {
      Arrays.fill(base64, (byte) 0);
    }
  }

  private int body(byte[] base64) throws KeyFormatException {
    int length = 0;
    while (at < file.length && file[at] != '-') {
      int end = lineEnd(file, at);
      if (end == at || end - at > MAX_LINE_LENGTH) {
        throw malformed("its PEM block has an empty or overlong line");
      }
      System.arraycopy(file, at, base64, length, end - at);
      length += end - at;
      at = nextLine(end);
    }
    return length;
  }

  private void requireLine(String expected) throws KeyFormatException {
    int end = lineEnd(file, at);
    byte[] line = expected.getBytes(US_ASCII);
    if (!Arrays.equals(file, at, end, line, 0, line.length)) {
      throw malformed("its PEM block is not complete");
    }
    at = nextLine(end);
  }

  private void requireOnlyLineEnds() throws KeyFormatException {
    for (; at < file.length; at++) {
      if (file[at] != '\n' && file[at] != '\r') {
        throw malformed("has something after its PEM block; keep one key in one file");
      }
    }
  }

  private int nextLine(int end) {
    int next = end;
    if (next < file.length && file[next] == '\r') {
      next++;
    }
    return Math.min(next + 1, file.length);
  }

  /** The index of the first line feed from {@code start}, or of a carriage return before it. */
  private static int lineEnd(byte[] file, int start) {
    int end = start;
    while (end < file.length && file[end] != '\n') {
      end++;
    }
    boolean crlf = end > start && end < file.length && file[end - 1] == '\r';
    return crlf ? end - 1 : end;
  }

  private static byte[] base64Decode(byte[] base64, int length) throws KeyFormatException {
    if (length == 0 || length % 4 != 0) {
      throw malformed("its PEM block is no complete Base64");
    }
    int padding = base64[length - 1] != '=' ? 0 : base64[length - 2] != '=' ? 1 : 2;
    byte[] der = new byte[length / 4 * 3 - padding];
    byte[] text = Arrays.copyOf(base64, length);
    try {
      Base64.getDecoder().decode(text, der);
      return der;
    } catch (IllegalArgumentException e) { // its message quotes a character of the key
      Arrays.fill(der, (byte) 0);
      throw malformed("its PEM block is no Base64");
    } finally {
      Arrays.fill(text, (byte) 0);
    }
  }
}
