package dev.parley.transport.noise;

/**
 * A Diffie-Hellman function of the Noise specification (revision 34, section 12). Private keys,
 * public keys and shared secrets all have the same length. Stateless and thread-safe.
 */
public interface Dh {

  /** The function's name inside a protocol name. */
  String name();

  /** Length of a private key, public key and shared secret in bytes. */
  int keyBytes();

  /** Derives the public key; any {@link #keyBytes()} bytes are a valid private key. */
  byte[] publicKey(byte[] privateKey);

  /**
   * Computes the shared secret.
   *
   * @param shared receives {@link #keyBytes()} bytes
   * @return false if the secret is all zero, which only a public key of small order causes; the
   *     secret must not be used then
   */
  boolean agree(byte[] privateKey, byte[] publicKey, byte[] shared);

  /** X25519 (RFC 7748), {@code 25519} in a protocol name. */
  static Dh x25519() {
    return X25519Dh.INSTANCE;
  }

  /** X448 (RFC 7748), {@code 448} in a protocol name. */
  static Dh x448() {
    return X448Dh.INSTANCE;
  }

  /**
   * Finds a function by its name in a protocol name.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Dh of(String name) {
    return switch (name) {
      case "25519" -> x25519();
      case "448" -> x448();
      default -> throw new IllegalArgumentException("unknown DH function " + name);
    };
  }
}
