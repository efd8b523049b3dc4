package dev.parley.transport.rsocket.guard;

/**
 * The peer broke the RSocket protocol or a hard limit, so the connection must be closed.
 *
 * <p>The message names the rule only; nothing the peer sent is in it. There is no stack trace: the
 * reason says where it comes from, and a peer decides how often it is thrown.
 */
public final class FrameViolation extends Exception {
  private static final long serialVersionUID = 1L;

  /** Which rule was broken; the values serve as a metric tag. */
  public enum Reason {
    /** A frame shorter than its fixed part. */
    TRUNCATED,
    /** The reserved top bit of the stream id is set. */
    RESERVED_BIT,
    /** A frame type that is not known and not marked as ignorable. */
    UNKNOWN_TYPE,
    /** LEASE, RESUME or RESUME_OK, which are never negotiated. */
    FORBIDDEN_TYPE,
    /** A connection frame on a stream, or a stream frame on stream 0. */
    WRONG_STREAM,
    /** A request on a stream id that belongs to the other side. */
    WRONG_PARITY,
    /** A request on a stream id that was used before. */
    STREAM_ID_REUSED,
    /** A frame for a stream that nobody has opened. */
    STREAM_NEVER_OPENED,
    /** A frame that the stream's interaction model does not have. */
    WRONG_INTERACTION,
    /** Flags that contradict the frame type or each other. */
    BAD_FLAGS,
    /** Metadata that reaches beyond the frame. */
    BAD_METADATA_LENGTH,
    /** A request n that is zero or negative. */
    BAD_REQUEST_N,
    /** Metadata in a fragment after data has begun. */
    BAD_FRAGMENT,
    /** Something else than SETUP as the first frame. */
    SETUP_EXPECTED,
    /** A second SETUP, or one sent by the side that accepted the connection. */
    SETUP_UNEXPECTED,
    /** A SETUP with an unsupported version, resume, lease, or values out of range. */
    BAD_SETUP,
    /** A fragment, not the last one, below the agreed minimum. */
    FRAGMENT_TOO_SMALL(true),
    /** Ten times the permitted request rate. */
    REQUEST_FLOOD(true),
    /** A KEEPALIVE with more data than permitted. */
    KEEPALIVE_TOO_LARGE(true),
    /** Ten times the permitted KEEPALIVE rate. */
    KEEPALIVE_FLOOD(true),
    /** A METADATA_PUSH with more metadata than permitted. */
    METADATA_PUSH_TOO_LARGE(true),
    /** Ten times the permitted METADATA_PUSH rate. */
    METADATA_PUSH_FLOOD(true);

    private final boolean limit;

    Reason() {
      this(false);
    }

    Reason(boolean limit) {
      this.limit = limit;
    }

    /** Returns true when the connection closes for "limits", false for "protocol error". */
    public boolean isLimit() {
      return limit;
    }
  }

  private final Reason reason;

  FrameViolation(Reason reason) {
    super("inbound frame refused: " + reason, null, false, false);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
