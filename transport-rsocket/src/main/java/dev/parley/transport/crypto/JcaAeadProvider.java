package dev.parley.transport.crypto;

import java.security.GeneralSecurityException;
import java.security.Provider;
import org.jspecify.annotations.Nullable;

/** Ciphers of the Java Cryptography Architecture, as a rule the JDK's own. */
final class JcaAeadProvider implements AeadProvider {

  /** Takes the place of keys that are destroyed; protects nothing. */
  static final byte[] THROWAWAY_KEY = throwawayKey();

  private final String name;
  private final int priority;
  private final @Nullable Provider provider;

  /**
   * The first JCA provider that has the cipher: the JDK's, unless the application ranks another.
   */
  JcaAeadProvider() {
    this("jca", 100, null);
  }

  JcaAeadProvider(String name, int priority, @Nullable Provider provider) {
    this.name = name;
    this.priority = priority;
    this.provider = provider;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int priority() {
    return priority;
  }

  @Override
  public boolean supports(AeadAlgorithm algorithm) {
    try {
      JcaAeadKey.newCipher(algorithm, provider);
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  @Override
  public NonceAeadKey key(AeadAlgorithm algorithm, byte[] key32) {
    return new JcaAeadKey(algorithm, key32, provider);
  }

  private static byte[] throwawayKey() {
    byte[] key = new byte[AeadAlgorithm.KEY_BYTES];
    RandomSource.secure().fill(key);
    return key;
  }
}
