package dev.parley.keys;

/** The bytes of a key file are not as expected. Knows no path; holds no content. */
public final class KeyFormatException extends Exception {
  private static final long serialVersionUID = 1;

  /** Why a key was refused. */
  public enum Reason {
    MALFORMED,
    WRONG_PASSPHRASE,
    PASSPHRASE_REQUIRED,
    ID_MISMATCH
  }

  private final Reason reason;

  public KeyFormatException(Reason reason, String problem) {
    super(problem);
    this.reason = reason;
  }

  public static KeyFormatException malformed(String problem) {
    return new KeyFormatException(Reason.MALFORMED, problem);
  }

  public Reason reason() {
    return reason;
  }

  public String problem() {
    return String.valueOf(getMessage());
  }
}
