package dev.parley.transport.session;

import java.util.Arrays;

/**
 * The payloads of the three handshake messages: fields as {@link Tlv} registers them, then zeros up
 * to the size that {@link HandshakeWire} gives.
 *
 * <pre>
 * P1  TIME
 * P2  TIME, LIMITS, FEATURES
 * P3  AGENT_ID, LIMITS, FEATURES, DIAL_NONCE, [CREDENTIALS]
 *
 * TIME       u64 milliseconds since 1970, informational
 * LIMITS     see SessionLimits
 * FEATURES   u64, a bit per optional behaviour; unknown bits are ignored
 * AGENT_ID   the initiator's agent id, 32 bytes
 * DIAL_NONCE 16 random bytes that name the dial
 * CREDENTIALS bytes of the application
 * </pre>
 */
final class HandshakePayloads {
  static final int NONCE_BYTES = 16;
  private static final int ID_BYTES = 32;
  private static final int NUMBER_BYTES = 8;

  /** Most bytes of credentials that the longest third message holds. */
  static final int MAX_CREDENTIALS_BYTES =
      HandshakeWire.maxPayload3Bytes()
          - 5 * Tlv.HEADER_BYTES
          - ID_BYTES
          - SessionLimits.WIRE_BYTES
          - NUMBER_BYTES
          - NONCE_BYTES;

  private HandshakePayloads() {}

  /** What the responder says of itself; the initiator is not authenticated yet. */
  record Answer(long timeMs, SessionLimits limits, long features) {}

  /** What the initiator says of itself. */
  static final class Introduction {
    byte[] agentId = {};
    SessionLimits limits = SessionLimits.defaults();
    long features;
    byte[] dialNonce = {};
    byte[] credentials = {};
  }

  static byte[] encode1(long timeMs, int size) {
    byte[] payload = new byte[size];
    writeNumber(new TlvWriter(payload, 0), Tlv.TIME, timeMs);
    return payload;
  }

  static long decode1(byte[] payload) throws MalformedException {
    TlvReader in = new TlvReader(payload, 0, payload.length);
    long timeMs = 0;
    while (in.next()) {
      if (in.type() == Tlv.TIME) {
        timeMs = readNumber(in);
      } else {
        in.unknown();
      }
    }
    in.require(Tlv.TIME);
    return timeMs;
  }

  static byte[] encode2(Answer answer, int size) {
    byte[] payload = new byte[size];
    TlvWriter out = new TlvWriter(payload, 0);
    writeNumber(out, Tlv.TIME, answer.timeMs());
    answer.limits().write(out);
    writeNumber(out, Tlv.FEATURES, answer.features());
    return payload;
  }

  static Answer decode2(byte[] payload) throws MalformedException {
    TlvReader in = new TlvReader(payload, 0, payload.length);
    long timeMs = 0;
    SessionLimits limits = SessionLimits.defaults();
    long features = 0;
    while (in.next()) {
      switch (in.type()) {
        case Tlv.TIME -> timeMs = readNumber(in);
        case Tlv.LIMITS -> limits = SessionLimits.read(in);
        case Tlv.FEATURES -> features = readNumber(in);
        default -> in.unknown();
      }
    }
    in.require(Tlv.TIME);
    in.require(Tlv.LIMITS);
    in.require(Tlv.FEATURES);
    return new Answer(timeMs, limits, features);
  }

  static byte[] encode3(Introduction introduction) {
    byte[] payload = new byte[HandshakeWire.maxPayload3Bytes()];
    TlvWriter out = new TlvWriter(payload, 0);
    out.field(Tlv.AGENT_ID, introduction.agentId);
    introduction.limits.write(out);
    writeNumber(out, Tlv.FEATURES, introduction.features);
    out.field(Tlv.DIAL_NONCE, introduction.dialNonce);
    if (introduction.credentials.length > 0) {
      out.field(Tlv.CREDENTIALS, introduction.credentials);
    }
    return Arrays.copyOf(payload, HandshakeWire.payload3Bytes(out.position()));
  }

  static Introduction decode3(byte[] payload) throws MalformedException {
    TlvReader in = new TlvReader(payload, 0, payload.length);
    Introduction introduction = new Introduction();
    while (in.next()) {
      switch (in.type()) {
        case Tlv.AGENT_ID -> introduction.agentId = readBytes(in, ID_BYTES);
        case Tlv.LIMITS -> introduction.limits = SessionLimits.read(in);
        case Tlv.FEATURES -> introduction.features = readNumber(in);
        case Tlv.DIAL_NONCE -> introduction.dialNonce = readBytes(in, NONCE_BYTES);
        case Tlv.CREDENTIALS -> introduction.credentials = in.bytes();
        default -> in.unknown();
      }
    }
    in.require(Tlv.AGENT_ID);
    in.require(Tlv.LIMITS);
    in.require(Tlv.FEATURES);
    in.require(Tlv.DIAL_NONCE);
    return introduction;
  }

  private static void writeNumber(TlvWriter out, int type, long value) {
    out.begin(type, NUMBER_BYTES);
    out.u64(value);
  }

  private static long readNumber(TlvReader in) throws MalformedException {
    in.expectLength(NUMBER_BYTES);
    return in.u64();
  }

  private static byte[] readBytes(TlvReader in, int length) throws MalformedException {
    in.expectLength(length);
    return in.bytes();
  }
}
