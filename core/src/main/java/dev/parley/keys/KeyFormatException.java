package dev.parley.keys;

import dev.parley.IdentityFileException;

/** The bytes of a key file are not as expected. Knows no path; holds no content. */
public final class KeyFormatException extends Exception {
  private static final long serialVersionUID = 1;

  private final IdentityFileException.Reason reason;

  public KeyFormatException(IdentityFileException.Reason reason, String problem) {
    super(problem);
    this.reason = reason;
  }

  public static KeyFormatException malformed(String problem) {
    return new KeyFormatException(IdentityFileException.Reason.MALFORMED, problem);
  }

  public IdentityFileException.Reason reason() {
    return reason;
  }

  public String problem() {
    return String.valueOf(getMessage());
  }
}
