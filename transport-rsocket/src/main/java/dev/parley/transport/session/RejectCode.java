package dev.parley.transport.session;

import org.jspecify.annotations.Nullable;

/** Why a responder does not start a handshake whose first message is addressed to it. */
public enum RejectCode {
  /** The responder has no capacity now; {@code retryAfterMs} hints when to come back. */
  BUSY(1),
  /** The suite is unknown to the responder or not allowed by its policy. */
  UNSUPPORTED_SUITE(2),
  /** The responder does not speak this version of the protocol. */
  UNSUPPORTED_VERSION(3),
  /** The responder's rules do not let the initiator's address in. */
  DENIED(4);

  private final int wire;

  RejectCode(int wire) {
    this.wire = wire;
  }

  /** Returns the value on the wire. */
  public int wire() {
    return wire;
  }

  static @Nullable RejectCode ofWire(int wire) {
    return switch (wire) {
      case 1 -> BUSY;
      case 2 -> UNSUPPORTED_SUITE;
      case 3 -> UNSUPPORTED_VERSION;
      case 4 -> DENIED;
      default -> null;
    };
  }
}
