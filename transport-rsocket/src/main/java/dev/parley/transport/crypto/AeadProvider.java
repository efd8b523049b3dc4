package dev.parley.transport.crypto;

/**
 * A source of {@link AeadKey}s, found by {@link java.util.ServiceLoader} or built in.
 *
 * <p>A provider is used for an algorithm only after it passes a known-answer test, see {@link
 * AeadProviders}. Implementations are thread-safe; the keys they return are not.
 */
public interface AeadProvider {

  /** A short stable name for logs and options, such as {@code jca}. */
  String name();

  /**
   * Preference among providers that pass the test: the highest wins. Built-ins use 200, 100 and 10.
   */
  int priority();

  /** Whether this provider implements the algorithm here; a cheap check. */
  boolean supports(AeadAlgorithm algorithm);

  /**
   * Creates a key object.
   *
   * @param algorithm a supported algorithm
   * @param key32 the 32-byte key; copied
   * @throws IllegalArgumentException if the key has another length or the algorithm is not
   *     supported
   */
  AeadKey key(AeadAlgorithm algorithm, byte[] key32);
}
