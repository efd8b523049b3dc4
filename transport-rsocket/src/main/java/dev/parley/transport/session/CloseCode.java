package dev.parley.transport.session;

import org.jspecify.annotations.Nullable;

/** Why a side ends a session on purpose, as {@link ControlRecord.Close} carries it. */
public enum CloseCode {
  /** The side has no more use for the session. */
  NORMAL(0),
  /** The authenticated peer is not allowed here. */
  ACCESS_DENIED(1),
  /** Another session between the same two agents stays open. */
  DUPLICATE(2),
  /** The side sheds load; {@code retryAfterMs} hints when to come back. */
  OVERLOADED(3),
  /** The peer broke a rule of the protocol. */
  PROTOCOL_ERROR(4),
  /** Nothing was sent for too long. */
  IDLE(5),
  /** The node stops. */
  SHUTDOWN(6),
  /** The peer exceeded a limit that it had been told. */
  LIMITS(7),
  /** A link over a better path takes over. */
  PATH(8);

  private static final CloseCode[] BY_WIRE = values();

  private final int wire;

  CloseCode(int wire) {
    this.wire = wire;
  }

  /** Returns the value on the wire. */
  public int wire() {
    return wire;
  }

  static @Nullable CloseCode ofWire(int wire) {
    return wire < BY_WIRE.length ? BY_WIRE[wire] : null;
  }
}
