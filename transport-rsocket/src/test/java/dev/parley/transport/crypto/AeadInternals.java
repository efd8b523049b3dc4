package dev.parley.transport.crypto;

/** Shows what the vectors print and the production code keeps to itself. */
public final class AeadInternals {

  private AeadInternals() {}

  /** A copy of the key in force. */
  public static byte[] key(AeadKey key) {
    return ((NonceAeadKey) key).key().clone();
  }

  public static byte[] nonce(AeadAlgorithm algorithm, long n) {
    byte[] nonce = new byte[AeadAlgorithm.NONCE_BYTES];
    algorithm.writeNonce(n, nonce);
    return nonce;
  }
}
