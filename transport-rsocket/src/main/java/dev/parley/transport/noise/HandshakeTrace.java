package dev.parley.transport.noise;

/**
 * Observes the secret intermediate values of a handshake, to write and check test vectors. Never
 * for production: it sees the chaining key.
 */
@FunctionalInterface
public interface HandshakeTrace {

  /**
   * Called after each step.
   *
   * @param message index of the message, -1 before the first
   * @param step {@code start} when prologue and pre-messages are mixed in, the token's text, or
   *     {@code payload}
   * @param chainingKey a copy of {@code ck}
   * @param handshakeHash a copy of {@code h}
   */
  void step(int message, String step, byte[] chainingKey, byte[] handshakeHash);
}
