package dev.parley.transport.crypto;

/**
 * One AEAD key with the Noise functions ENCRYPT, DECRYPT and REKEY (Noise revision 34, section
 * 4.2).
 *
 * <p>Not thread-safe: confined to one thread at a time. The caller counts: a counter value must
 * never be sealed twice under the same key, and {@code 2^64-1} belongs to {@link #rekey()}.
 */
public interface AeadKey {

  /**
   * Encrypts and authenticates.
   *
   * @param n the unsigned 64-bit counter, below {@code 2^64-1}
   * @param ad associated data, may be empty
   * @param in plaintext; may be the same array as {@code out} if {@code inOff == outOff}
   * @param inOff start of the plaintext
   * @param len length of the plaintext in bytes
   * @param out receives {@code len + 16} bytes
   * @param outOff start of the output
   * @return {@code len + 16}
   * @throws IndexOutOfBoundsException if a range lies outside its array
   * @throws IllegalStateException if the key is destroyed, or the provider notices that this
   *     counter was the last one sealed
   */
  int seal(long n, byte[] ad, byte[] in, int inOff, int len, byte[] out, int outOff);

  /**
   * Verifies and decrypts. After a failure the output range holds no plaintext; its content is
   * otherwise unspecified. A failed counter can be tried again.
   *
   * @param n the unsigned 64-bit counter, below {@code 2^64-1}
   * @param ad associated data, may be empty
   * @param in ciphertext and tag; may be the same array as {@code out} if {@code inOff == outOff}
   * @param inOff start of the ciphertext
   * @param len length of ciphertext and tag in bytes
   * @param out receives {@code len - 16} bytes
   * @param outOff start of the output
   * @return {@code len - 16}
   * @throws AeadException if the input is shorter than a tag or is not authentic
   * @throws IndexOutOfBoundsException if a range lies outside its array
   * @throws IllegalStateException if the key is destroyed
   */
  int open(long n, byte[] ad, byte[] in, int inOff, int len, byte[] out, int outOff)
      throws AeadException;

  /** Replaces the key by the first 32 bytes of {@code ENCRYPT(k, 2^64-1, "", 0^32)}. */
  void rekey();

  /**
   * Erases the key material this object owns; idempotent. Copies inside a cipher implementation are
   * replaced by an unrelated key, what the garbage collector has moved is out of reach.
   */
  void destroy();
}
