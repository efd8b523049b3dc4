package dev.parley.transport.noise;

/** A side of a handshake: who writes the first message. */
public enum Role {
  /** Writes the first message. */
  INITIATOR,
  /** Reads the first message. */
  RESPONDER;

  /** The other side. */
  public Role peer() {
    return this == INITIATOR ? RESPONDER : INITIATOR;
  }
}
