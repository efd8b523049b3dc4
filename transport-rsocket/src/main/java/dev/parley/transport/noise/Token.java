package dev.parley.transport.noise;

import java.util.Locale;

/**
 * A step of a handshake message (Noise revision 34, section 7.1; {@code e1} and {@code ekem1} from
 * the hybrid forward secrecy extension).
 */
public enum Token {
  /** An ephemeral public key in the clear. */
  E,
  /** A static public key, encrypted once there is a key. */
  S,
  /** Diffie-Hellman of both ephemeral keys. */
  EE,
  /** Diffie-Hellman of the initiator's ephemeral and the responder's static key. */
  ES,
  /** Diffie-Hellman of the initiator's static and the responder's ephemeral key. */
  SE,
  /** Diffie-Hellman of both static keys. */
  SS,
  /** The next pre-shared key is mixed in. */
  PSK,
  /** A fresh KEM public key, encrypted once there is a key. */
  E1,
  /** A KEM ciphertext for the peer's {@code e1}, then its secret is mixed in. */
  EKEM1;

  private final String text = name().toLowerCase(Locale.ROOT);

  boolean isDh() {
    return this == EE || this == ES || this == SE || this == SS;
  }

  static Token of(String text) {
    for (Token token : values()) {
      if (token.text.equals(text)) {
        return token;
      }
    }
    throw new IllegalArgumentException("unknown token");
  }

  /** The token as the specification writes it, such as {@code ekem1}. */
  @Override
  public String toString() {
    return text;
  }
}
