package dev.parley.transport.crypto;

/**
 * An AEAD cipher of the Noise specification with its nonce layout: four zero bytes, then the 64-bit
 * counter.
 *
 * <p>Both take a 256-bit key and append a 128-bit tag. See the Noise specification, revision 34,
 * sections 12.3 and 12.4.
 */
public enum AeadAlgorithm {
  /** AES-256-GCM (NIST SP 800-38D); the counter is big endian. */
  AES_256_GCM(true),

  /** ChaCha20-Poly1305 (RFC 8439); the counter is little endian. */
  CHACHA20_POLY1305(false);

  /** Length of a key in bytes. */
  public static final int KEY_BYTES = 32;

  /** Length of the authentication tag in bytes. */
  public static final int TAG_BYTES = 16;

  /** Length of a nonce in bytes. */
  public static final int NONCE_BYTES = 12;

  private static final int COUNTER_OFFSET = NONCE_BYTES - Long.BYTES;

  private final boolean bigEndian;

  AeadAlgorithm(boolean bigEndian) {
    this.bigEndian = bigEndian;
  }

  /**
   * Writes the nonce for a counter.
   *
   * @param counter the unsigned 64-bit message counter
   * @param nonce receives {@value #NONCE_BYTES} bytes from index 0
   */
  void writeNonce(long counter, byte[] nonce) {
    for (int i = 0; i < COUNTER_OFFSET; i++) {
      nonce[i] = 0;
    }
    for (int i = 0; i < Long.BYTES; i++) {
      int shift = Byte.SIZE * (bigEndian ? Long.BYTES - 1 - i : i);
      nonce[COUNTER_OFFSET + i] = (byte) (counter >>> shift);
    }
  }
}
