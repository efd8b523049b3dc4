package dev.parley.transport.crypto;

import java.security.GeneralSecurityException;

/** The JDK's ciphers, which use the processor's AES and carry-less multiplication instructions. */
final class JcaAeadProvider implements AeadProvider {

  /** Takes the place of keys that are destroyed; protects nothing. */
  static final byte[] THROWAWAY_KEY = throwawayKey();

  @Override
  public String name() {
    return "jca";
  }

  @Override
  public int priority() {
    return 100;
  }

  @Override
  public boolean supports(AeadAlgorithm algorithm) {
    try {
      JcaAeadKey.newCipher(algorithm);
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  @Override
  public NonceAeadKey key(AeadAlgorithm algorithm, byte[] key32) {
    return new JcaAeadKey(algorithm, key32);
  }

  private static byte[] throwawayKey() {
    byte[] key = new byte[AeadAlgorithm.KEY_BYTES];
    RandomSource.secure().fill(key);
    return key;
  }
}
