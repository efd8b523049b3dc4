package dev.parley.transport.session;

import dev.parley.carrier.InstanceId;
import java.util.Arrays;

/**
 * The payloads of the three handshake messages: fields as {@link Tlv} registers them, then zeros up
 * to the size that {@link HandshakeWire} gives.
 *
 * <pre>
 * P1  TIME
 * P2  TIME, LIMITS, FEATURES, [INSTANCE], [ROLES]
 * P3  AGENT_ID, LIMITS, FEATURES, DIAL_NONCE, [CREDENTIALS], [INSTANCE], [ROLES], [CHECK]
 *
 * TIME       u64 milliseconds since 1970, informational
 * LIMITS     see SessionLimits
 * FEATURES   u64, a bit per optional behaviour; unknown bits are ignored
 * AGENT_ID   the initiator's agent id, 32 bytes
 * DIAL_NONCE 16 random bytes that name the dial
 * CREDENTIALS bytes of the application
 * INSTANCE   16 random bytes that name the process; absent means zeros
 * ROLES      u32, a bit for each service that the sender offers; absent means 0
 * CHECK      empty; the dial only checks the address, and its link is not for messages
 * </pre>
 */
final class HandshakePayloads {
  static final int NONCE_BYTES = 16;
  private static final int ID_BYTES = 32;
  private static final int NUMBER_BYTES = 8;
  private static final int ROLES_BYTES = 4;

  /** Most bytes of credentials that the longest third message holds. */
  static final int MAX_CREDENTIALS_BYTES =
      HandshakeWire.maxPayload3Bytes()
          - 8 * Tlv.HEADER_BYTES
          - ID_BYTES
          - SessionLimits.WIRE_BYTES
          - NUMBER_BYTES
          - NONCE_BYTES
          - InstanceId.BYTES
          - ROLES_BYTES;

  private HandshakePayloads() {}

  /** What the responder says of itself; the initiator is not authenticated yet. */
  record Answer(long timeMs, SessionLimits limits, long features, InstanceId instance, int roles) {}

  /** What the initiator says of itself. */
  static final class Introduction {
    byte[] agentId = {};
    SessionLimits limits = SessionLimits.defaults();
    long features;
    byte[] dialNonce = {};
    byte[] credentials = {};
    InstanceId instance = InstanceId.UNKNOWN;
    int roles;
    boolean check;
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
    writeProcess(out, answer.instance(), answer.roles());
    return payload;
  }

  static Answer decode2(byte[] payload) throws MalformedException {
    TlvReader in = new TlvReader(payload, 0, payload.length);
    long timeMs = 0;
    SessionLimits limits = SessionLimits.defaults();
    long features = 0;
    InstanceId instance = InstanceId.UNKNOWN;
    int roles = 0;
    while (in.next()) {
      switch (in.type()) {
        case Tlv.TIME -> timeMs = readNumber(in);
        case Tlv.LIMITS -> limits = SessionLimits.read(in);
        case Tlv.FEATURES -> features = readNumber(in);
        case Tlv.INSTANCE -> instance = InstanceId.of(readBytes(in, InstanceId.BYTES));
        case Tlv.ROLES -> roles = readRoles(in);
        default -> in.unknown();
      }
    }
    in.require(Tlv.TIME);
    in.require(Tlv.LIMITS);
    in.require(Tlv.FEATURES);
    return new Answer(timeMs, limits, features, instance, roles);
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
    writeProcess(out, introduction.instance, introduction.roles);
    if (introduction.check) {
      out.begin(Tlv.CHECK, 0);
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
        case Tlv.INSTANCE -> introduction.instance = InstanceId.of(readBytes(in, InstanceId.BYTES));
        case Tlv.ROLES -> introduction.roles = readRoles(in);
        case Tlv.CHECK -> introduction.check = readBytes(in, 0).length == 0;
        default -> in.unknown();
      }
    }
    in.require(Tlv.AGENT_ID);
    in.require(Tlv.LIMITS);
    in.require(Tlv.FEATURES);
    in.require(Tlv.DIAL_NONCE);
    return introduction;
  }

  /** What is absent on the wire is not written, so that bytes stay as they were before. */
  private static void writeProcess(TlvWriter out, InstanceId instance, int roles) {
    if (!instance.equals(InstanceId.UNKNOWN)) {
      out.field(Tlv.INSTANCE, instance.toBytes());
    }
    if (roles != 0) {
      out.begin(Tlv.ROLES, ROLES_BYTES);
      out.u32(roles & 0xFFFF_FFFFL);
    }
  }

  private static int readRoles(TlvReader in) throws MalformedException {
    in.expectLength(ROLES_BYTES);
    return (int) in.u32();
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
