package dev.parley.transport.session;

/**
 * The registry of field types: {@code type u8, length u16, value}.
 *
 * <p>Fields stand in any order, each type at most once. Type 0 ends the list: it and every byte
 * after it is zero. A reader ignores an unknown type below {@code 0x80} and fails on an unknown
 * type from {@code 0x80} up, so that a later version can add both optional and critical fields.
 */
final class Tlv {
  static final int PADDING = 0x00;

  // Handshake payloads.
  static final int TIME = 0x01;
  static final int LIMITS = 0x02; // also READY and LIMITS
  static final int FEATURES = 0x03;
  static final int AGENT_ID = 0x04;
  static final int DIAL_NONCE = 0x05;
  static final int CREDENTIALS = 0x06;
  static final int INSTANCE = 0x07;
  static final int ROLES = 0x08;
  static final int CHECK = 0x0A;

  // Control records.
  static final int CLOSE_CODE = 0x10;
  static final int RETRY_AFTER = 0x11;
  static final int REASON = 0x12;
  static final int STREAM_ID = 0x13;
  static final int TOKEN = 0x14;

  /** From here up a reader that does not know the type fails. */
  static final int CRITICAL = 0x80;

  /** Reserved for a static key certified by the agent's identity key. */
  static final int DELEGATION = 0x81;

  static final int HEADER_BYTES = 3;

  private Tlv() {}
}
