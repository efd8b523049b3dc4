package dev.parley.transport.crypto;

import java.security.SecureRandom;

/**
 * A source of secret random bytes, injected so that tests and vectors are reproducible.
 *
 * <p>Implementations used in production are thread-safe and cryptographically strong.
 */
@FunctionalInterface
public interface RandomSource {

  /** Fills the whole array with random bytes. */
  void fill(byte[] out);

  /** A new source over the platform's {@link SecureRandom}; thread-safe. */
  static RandomSource secure() {
    return new SecureRandom()::nextBytes;
  }
}
