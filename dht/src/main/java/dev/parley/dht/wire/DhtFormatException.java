package dev.parley.dht.wire;

/**
 * Bytes of a peer that are not a message, contact or listing; the text tells which rule they break.
 */
public final class DhtFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DhtFormatException(String message) {
    super(message, null, false, false);
  }
}
