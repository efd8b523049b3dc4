package dev.parley;

/** The bytes of a key file are not as expected. Knows no path; holds no content. */
final class KeyFormatException extends Exception {
  private static final long serialVersionUID = 1;

  private final IdentityFileException.Reason reason;

  KeyFormatException(IdentityFileException.Reason reason, String problem) {
    super(problem);
    this.reason = reason;
  }

  static KeyFormatException malformed(String problem) {
    return new KeyFormatException(IdentityFileException.Reason.MALFORMED, problem);
  }

  IdentityFileException.Reason reason() {
    return reason;
  }

  String problem() {
    return String.valueOf(getMessage());
  }
}
