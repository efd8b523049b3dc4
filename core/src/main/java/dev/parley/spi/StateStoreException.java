package dev.parley.spi;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A {@link StateStore} could not do what it was asked to. The message names the place and what to
 * do next, and holds nothing of any record. Programs decide by {@link #reason()}.
 */
public final class StateStoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Why an operation failed. */
  public enum Reason {
    /** It would exceed the limit of the store. Nothing changed; compact, then try again. */
    FULL,
    /** Too many operations wait. Nothing changed; try again later. */
    OVERLOADED,
    /** The store is closed. Nothing changed. */
    CLOSED,
    /**
     * The system failed while it wrote. Whether the record is stored shows when the store is opened
     * anew; until then the store takes nothing more.
     */
    WRITE_FAILED,
    /** An earlier write failed. Nothing was written; open the store anew. */
    BROKEN,
    /** What is stored is not what was stored there last. Nothing was changed; see the message. */
    DAMAGED,
    /** Another process, or another store of this one, uses the place. */
    IN_USE,
    /** Others have access to the place, or it belongs to somebody else. */
    NOT_PRIVATE,
    /** The system reported an error, which is the cause. Nothing of what is stored changed. */
    IO
  }

  private final Reason reason;

  /**
   * Creates an exception.
   *
   * @param message says where, what, and what to do
   */
  public StateStoreException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = Objects.requireNonNull(reason, "reason");
  }

  /** As above, without a cause. */
  public StateStoreException(Reason reason, String message) {
    this(reason, message, null);
  }

  /** Why the operation failed, and so what is stored now. */
  public Reason reason() {
    return reason;
  }
}
