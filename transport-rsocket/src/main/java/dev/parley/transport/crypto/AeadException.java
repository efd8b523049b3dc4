package dev.parley.transport.crypto;

/**
 * Thrown when a ciphertext is not authentic; carries no detail and no stack trace, so that every
 * cause looks and costs the same.
 */
public final class AeadException extends Exception {

  private static final long serialVersionUID = 1L;

  private AeadException() {
    super("not authentic", null, false, false);
  }

  /** A new instance, for implementations of {@link AeadKey}. */
  public static AeadException notAuthentic() {
    return new AeadException();
  }
}
