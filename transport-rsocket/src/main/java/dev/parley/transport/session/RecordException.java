package dev.parley.transport.session;

/**
 * The end of a session: a record that cannot be accepted.
 *
 * <p>One such record is fatal. The caller closes the connection without an explanation to the peer.
 * The message is the same for every fault; instances carry no stack trace.
 */
public final class RecordException extends Exception {
  private static final long serialVersionUID = 1L;

  private final RecordFault fault;

  RecordException(RecordFault fault) {
    super("record refused", null, false, false);
    this.fault = fault;
  }

  /** Returns the local cause. */
  public RecordFault fault() {
    return fault;
  }
}
