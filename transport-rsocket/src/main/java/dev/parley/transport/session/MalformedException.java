package dev.parley.transport.session;

/** Bytes of a peer that a decoder refuses; each decoder turns it into its own typed failure. */
final class MalformedException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedException() {
    super("malformed", null, false, false);
  }
}
