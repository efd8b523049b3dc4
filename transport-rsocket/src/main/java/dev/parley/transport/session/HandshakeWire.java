package dev.parley.transport.session;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.AgentId;
import java.util.Arrays;

/**
 * The layout of the handshake's messages.
 *
 * <pre>
 * MSG1    u16 1406, magic "PLY1", suite u8, flags u8, mac1 16, noise message 1 (1384)
 *         noise 1: e 32, [E(ek) 1200,] E(P1)      P1 152-16 bytes, or 1352-16 in suites 3 and 4
 * MSG2    u16 1406, kind 0x02, reserved 0, noise message 2 (1404)
 *         noise 2: e 32, [E(ct) 1104,] E(P2)      P2 268-16 bytes, or 1372-16 in suites 3 and 4
 * REJECT  u16 8, kind 0xEE, code u8, retryAfterMs u32, reserved u16 0
 * MSG3    u16 254, 510, 1022 or 2046, noise message 3
 *         noise 3: E(s) 48, E(P3)                 P3 190, 446, 958 or 1982 bytes
 * prologue = "parley/1", 0x00, MSG1 magic, suite, flags, networkId 32, responder's agent id 32
 * </pre>
 *
 * <p>All sizes hide what is inside: a classical first message is as long as a hybrid one.
 */
final class HandshakeWire {
  static final int LENGTH_1 = 1406;
  static final int LENGTH_2 = 1406;
  static final int LENGTH_REJECT = 8;

  static final byte[] MAGIC = "PLY1".getBytes(US_ASCII);
  private static final int VERSION_AT = 3;
  static final int SUITE_AT = 4;
  static final int FLAGS_AT = 5;
  static final int FLAG_RELAYED = 0x01;
  static final int HEADER_BYTES = 6;
  static final int MAC1_AT = HEADER_BYTES;
  static final int MAC1_BYTES = 16;
  static final int NOISE_1_AT = MAC1_AT + MAC1_BYTES;

  static final int KIND_MESSAGE_2 = 0x02;
  static final int KIND_REJECT = 0xEE;
  static final int NOISE_2_AT = 2;

  private static final int[] LENGTHS_3 = {254, 510, 1022, 2046};
  private static final byte[] PROLOGUE_LABEL = "parley/1\0".getBytes(US_ASCII);
  private static final int PREFIX_BYTES = 2;
  private static final int KEY_BYTES = 32;
  private static final int TAG_BYTES = 16;
  private static final int SEALED_KEM_KEY_BYTES = 1184 + TAG_BYTES;
  private static final int SEALED_KEM_TEXT_BYTES = 1088 + TAG_BYTES;
  private static final int NOISE_3_OVERHEAD = KEY_BYTES + TAG_BYTES + TAG_BYTES;

  private HandshakeWire() {}

  static int payload1Bytes(Suite suite) {
    int kem = suite.postQuantum() ? SEALED_KEM_KEY_BYTES : 0;
    return LENGTH_1 - NOISE_1_AT - KEY_BYTES - kem - TAG_BYTES;
  }

  static int payload2Bytes(Suite suite) {
    int kem = suite.postQuantum() ? SEALED_KEM_TEXT_BYTES : 0;
    return LENGTH_2 - NOISE_2_AT - KEY_BYTES - kem - TAG_BYTES;
  }

  /** Returns the size of the third payload that holds {@code bytes}. */
  static int payload3Bytes(int bytes) {
    for (int length : LENGTHS_3) {
      if (bytes <= length - NOISE_3_OVERHEAD) {
        return length - NOISE_3_OVERHEAD;
      }
    }
    throw new IllegalArgumentException("payload of message 3 is too long");
  }

  static int maxPayload3Bytes() {
    return LENGTHS_3[LENGTHS_3.length - 1] - NOISE_3_OVERHEAD;
  }

  static boolean isLength3(int length) {
    return Arrays.binarySearch(LENGTHS_3, length) >= 0;
  }

  /** Returns a unit of {@code bodyBytes}, its length prefix written. */
  static byte[] unit(int bodyBytes) {
    byte[] unit = new byte[PREFIX_BYTES + bodyBytes];
    unit[0] = (byte) (bodyBytes >>> 8);
    unit[1] = (byte) bodyBytes;
    return unit;
  }

  /** Returns the unit whose body is {@code header} and {@code noiseMessage}. */
  static byte[] unit(byte[] header, byte[] noiseMessage) {
    byte[] unit = unit(header.length + noiseMessage.length);
    System.arraycopy(header, 0, unit, PREFIX_BYTES, header.length);
    System.arraycopy(noiseMessage, 0, unit, PREFIX_BYTES + header.length, noiseMessage.length);
    return unit;
  }

  static byte[] header1(Suite suite, boolean relayed) {
    byte[] header = Arrays.copyOf(MAGIC, HEADER_BYTES);
    header[SUITE_AT] = (byte) suite.id();
    header[FLAGS_AT] = (byte) (relayed ? FLAG_RELAYED : 0);
    return header;
  }

  /** Whether this is a first message of any version: all start alike, up to the digit. */
  static boolean startsWithMagic(byte[] body) {
    return Arrays.equals(body, 0, VERSION_AT, MAGIC, 0, VERSION_AT);
  }

  static boolean isThisVersion(byte[] body) {
    return body[VERSION_AT] == MAGIC[VERSION_AT];
  }

  /** Returns the prologue; {@code header} is the first message's, or starts with it. */
  static byte[] prologue(byte[] header, byte[] networkId, AgentId responder) {
    byte[] prologue = new byte[PROLOGUE_LABEL.length + HEADER_BYTES + 64];
    TlvWriter out = new TlvWriter(prologue, 0);
    out.bytes(PROLOGUE_LABEL);
    out.bytes(Arrays.copyOf(header, HEADER_BYTES));
    out.bytes(networkId);
    out.bytes(responder.toBytes());
    return prologue;
  }

  static byte[] reject(RejectCode code, long retryAfterMs) {
    byte[] unit = unit(LENGTH_REJECT);
    TlvWriter out = new TlvWriter(unit, PREFIX_BYTES);
    out.u8(KIND_REJECT);
    out.u8(code.wire());
    out.u32(retryAfterMs);
    return unit;
  }
}
