package dev.parley.transport.noise;

/**
 * Thrown when a handshake cannot go on because of what the peer sent or which key it has.
 *
 * <p>Every cause gives the same exception, without detail and without stack trace: the peer learns
 * nothing from it and a flood of bad messages costs little.
 */
public final class HandshakeException extends Exception {

  private static final long serialVersionUID = 1L;

  private HandshakeException() {
    super("handshake failed", null, false, false);
  }

  static HandshakeException failed() {
    return new HandshakeException();
  }
}
