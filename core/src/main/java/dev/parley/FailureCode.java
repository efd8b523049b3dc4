package dev.parley;

/** What went wrong with a message: the stable, machine-readable part of every failure. */
public enum FailureCode {
  /** No resolver knows an address of the agent. */
  AGENT_NOT_FOUND(true),
  /** Addresses are known, but none could be connected to. */
  AGENT_UNREACHABLE(true),
  /** Something listens at the address, but did not prove the agent's key in this network. */
  IDENTITY_MISMATCH(false),
  /** A connection was made, but the handshake broke off. */
  HANDSHAKE_FAILED(true),
  /** The peer has no handler for the route. */
  NO_RECEIVER(false),
  /** The peer's handler refused the message without processing it. */
  REJECTED(false),
  /** A bound on work in progress was reached, here or at the peer. */
  OVERLOADED(true),
  /** The peer does not let this agent do that. */
  UNAUTHORIZED(false),
  /** The message, or its answer, exceeds the limit that both sides agreed on. */
  MESSAGE_TOO_LARGE(false),
  /** The deadline passed. */
  TIMEOUT(true),
  /** The link was lost while the message or its answer was under way. */
  CONNECTION_LOST(true),
  /** The peer's handler failed. */
  REMOTE_FAILURE(false),
  /** This node, or the peer's, is shutting down. */
  SHUT_DOWN(true),
  /** A fault of this node's own code, which is logged; please report it. */
  INTERNAL(false);

  private final boolean transientFault;

  FailureCode(boolean transientFault) {
    this.transientFault = transientFault;
  }

  /** Whether the same message may succeed later without anybody changing it or the peer. */
  public boolean isTransient() {
    return transientFault;
  }
}
