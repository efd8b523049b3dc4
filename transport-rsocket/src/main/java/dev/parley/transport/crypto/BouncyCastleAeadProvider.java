package dev.parley.transport.crypto;

/** BouncyCastle's portable ciphers: the fallback where the JDK's fail or are missing. */
final class BouncyCastleAeadProvider implements AeadProvider {

  @Override
  public String name() {
    return "bouncycastle";
  }

  @Override
  public int priority() {
    return 10;
  }

  @Override
  public boolean supports(AeadAlgorithm algorithm) {
    return true;
  }

  @Override
  public NonceAeadKey key(AeadAlgorithm algorithm, byte[] key32) {
    return new BouncyCastleAeadKey(algorithm, key32);
  }
}
