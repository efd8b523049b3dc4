package dev.parley.transport.session;

import org.jspecify.annotations.Nullable;

/**
 * The end of a handshake: a message that cannot be accepted.
 *
 * <p>The caller sends {@link #reply()}, if there is one, and closes the connection; to the peer
 * every cause looks the same. The message is the same for every reason; instances carry no stack
 * trace.
 */
public final class HandshakeRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final RefusalReason reason;
  private final transient byte @Nullable [] reply;

  HandshakeRefusedException(RefusalReason reason) {
    this(reason, null);
  }

  HandshakeRefusedException(RefusalReason reason, byte @Nullable [] reply) {
    super("handshake refused", null, false, false);
    this.reason = reason;
    this.reply = reply;
  }

  /** Returns the local cause. */
  public RefusalReason reason() {
    return reason;
  }

  /**
   * Returns the REJECT to send before closing, or null to close in silence.
   *
   * <p>Only an initiator that knows this agent and this network is ever answered.
   */
  public byte @Nullable [] reply() {
    return reply == null ? null : reply.clone();
  }
}
