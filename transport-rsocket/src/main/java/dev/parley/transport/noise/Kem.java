package dev.parley.transport.noise;

/**
 * A key encapsulation mechanism for the {@code e1} and {@code ekem1} tokens. Stateless and
 * thread-safe.
 */
interface Kem {

  /** The mechanism's name inside a protocol name, after the {@code +}. */
  String name();

  int publicKeyBytes();

  int ciphertextBytes();

  /** Length of the random seed that determines a key pair, in bytes. */
  int keySeedBytes();

  /** Length of the random seed that determines an encapsulation, in bytes. */
  int encapsulationSeedBytes();

  /** Generates the key pair of a seed. The seed remains the caller's to erase. */
  KeyPair generate(byte[] keySeed);

  /**
   * Encapsulates a fresh secret to a public key.
   *
   * @throws HandshakeException if the public key is not valid
   */
  Encapsulation encapsulate(byte[] publicKey, byte[] seed) throws HandshakeException;

  /** A key pair; confined to one handshake. */
  interface KeyPair {

    byte[] publicKey();

    /**
     * Recovers the secret. A ciphertext of the right length never fails: a wrong one yields an
     * unrelated secret (implicit rejection).
     *
     * @throws HandshakeException if the ciphertext has a wrong length
     */
    byte[] decapsulate(byte[] ciphertext) throws HandshakeException;

    /** Erases the private key; idempotent. */
    void destroy();
  }

  /** A ciphertext and the secret inside. */
  @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
  record Encapsulation(byte[] ciphertext, byte[] secret) {}

  /**
   * Finds a mechanism by its name in a protocol name.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Kem of(String name) {
    if (name.equals(MlKem768.INSTANCE.name())) {
      return MlKem768.INSTANCE;
    }
    throw new IllegalArgumentException("unknown KEM " + name);
  }
}
