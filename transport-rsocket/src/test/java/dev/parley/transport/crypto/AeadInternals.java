package dev.parley.transport.crypto;

import java.util.List;
import java.util.stream.Stream;

/** Shows what the vectors print and the production code keeps to itself. */
public final class AeadInternals {

  private AeadInternals() {}

  /** The built-in providers that have all of these algorithms here. */
  public static List<AeadProvider> providersOf(AeadAlgorithm... algorithms) {
    return AeadProviders.builtIn().stream()
        .filter(provider -> Stream.of(algorithms).allMatch(provider::supports))
        .toList();
  }

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
