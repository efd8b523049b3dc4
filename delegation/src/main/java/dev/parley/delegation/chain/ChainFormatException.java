package dev.parley.delegation.chain;

/** Bytes that are no chain. The text names the rule, and nothing of the bytes. */
public final class ChainFormatException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** An exception that names the rule. */
  public ChainFormatException(String rule) {
    super(rule);
  }
}
