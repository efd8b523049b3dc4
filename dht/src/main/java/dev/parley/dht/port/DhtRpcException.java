package dev.parley.dht.port;

import java.util.Objects;

/** A request that was not answered; without a stack trace, since it is an ordinary event. */
public final class DhtRpcException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Kind {
    /** Every address refused the connection, or there is no link and none was to be dialled. */
    UNREACHABLE,
    /** Somebody else answered at the addresses. */
    WRONG_KEY,
    /** No answer in time. */
    TIMEOUT,
    /** The link was lost while waiting. */
    LOST,
    /** The answer broke a rule. */
    INVALID
  }

  private final Kind kind;

  /** A failure of a kind. */
  public DhtRpcException(Kind kind) {
    super(Objects.requireNonNull(kind, "kind").name(), null, false, false);
    this.kind = kind;
  }

  /** Why. */
  public Kind kind() {
    return kind;
  }

  /** Whether the contact is plainly not where it is said to be. */
  public boolean isHard() {
    return kind == Kind.UNREACHABLE || kind == Kind.WRONG_KEY;
  }
}
