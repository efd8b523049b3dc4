package dev.parley.naive;

import static dev.parley.naive.NaiveBytes.concat;
import static dev.parley.naive.NaiveBytes.from;
import static dev.parley.naive.NaiveBytes.pad;
import static dev.parley.naive.NaiveBytes.slice;
import static dev.parley.naive.NaiveBytes.uint;
import static dev.parley.naive.NaiveBytes.utf8;

/** The parts of the handshake's units that both sides need, PROTOCOL.md §4 and §5. */
final class NaiveWire {
  static final byte[] MAGIC = utf8("PLY1");
  static final int ANSWER_BYTES = 1406;
  static final int REJECT_BYTES = 8;
  private static final int[] PAYLOAD_3_BYTES = {190, 446, 958, 1982};

  private NaiveWire() {}

  static byte[] unit(byte[] body) {
    return concat(uint(body.length, 2), body);
  }

  static byte[] header(NaiveSuite suite, boolean relayed) {
    return concat(MAGIC, uint(suite.id(), 1), uint(relayed ? 1 : 0, 1));
  }

  static byte[] prologue(byte[] header, byte[] networkId, byte[] responderId) {
    return concat(utf8("parley/1\0"), header, networkId, responderId);
  }

  static byte[] mac1(byte[] key, byte[] header, byte[] noise) {
    return slice(NaiveCrypto.hmac(key, concat(header, noise)), 0, 16);
  }

  static boolean isMessage1Length(int length) {
    return length == ANSWER_BYTES;
  }

  static boolean isAnswerLength(int length) {
    return length == ANSWER_BYTES || length == REJECT_BYTES;
  }

  static boolean isMessage3Length(int length) {
    for (int payload : PAYLOAD_3_BYTES) {
      if (length == 48 + payload + 16) {
        return true;
      }
    }
    return false;
  }

  /** Pads the third payload to the smallest legal size. */
  static byte[] padPayload3(byte[] fields) {
    for (int size : PAYLOAD_3_BYTES) {
      if (fields.length <= size) {
        return pad(fields, size);
      }
    }
    throw new IllegalArgumentException("the fields of P3 are too long");
  }

  /** Reads a REJECT; it always ends in a refusal. */
  static NaiveRefusal reject(byte[] body) {
    int code = body[1] & 0xFF;
    boolean valid = body[0] == (byte) 0xEE && code >= 1 && code <= 4 && uint(body, 6, 2) == 0;
    return valid
        ? new NaiveRefusal("REJECT(" + code + "), " + uint(body, 2, 4) + " ms", code)
        : new NaiveRefusal("a malformed REJECT");
  }

  static byte[] encodeReject(int code, long retryAfterMs) {
    return concat(new byte[] {(byte) 0xEE, (byte) code}, uint(retryAfterMs, 4), new byte[2]);
  }

  /** The Noise message of a MSG2. */
  static byte[] noise2(byte[] body) throws NaiveRefusal {
    if (body[0] != 2 || body[1] != 0) {
      throw new NaiveRefusal("an answer of an unknown kind");
    }
    return from(body, 2);
  }
}
