package dev.parley.spi;

import dev.parley.FailureCode;
import dev.parley.Phase;
import org.jspecify.annotations.Nullable;

/**
 * Hears what a node does: the only hook for metrics and traces.
 *
 * <p>Called on event loops, so an implementation is quick, does not block and does not throw. Times
 * are nanoseconds on the node's monotonic clock. Every method does nothing unless overridden.
 */
public interface NodeListener {
  /**
   * A message of ours ended: answered, or as a signal sent, when both {@code failure} and {@code
   * phase} are null, cancelled by the caller when only {@code failure} is.
   */
  default void sent(
      InteractionModel model, long nanos, @Nullable FailureCode failure, @Nullable Phase phase) {}

  /** A message to us ended; {@code failure} is null when its handler did not fail. */
  default void received(InteractionModel model, long nanos, @Nullable FailureCode failure) {}

  /** A dial to one address ended; {@code outcome} is one of few words. */
  default void dialled(long nanos, String outcome) {}

  /** A handshake ended; {@code outcome} is {@code "ok"} or a reason of few values. */
  default void handshake(boolean initiator, long nanos, String outcome) {}

  /** A link was opened. */
  default void linkOpened(Link link) {}

  /** A link is gone; {@code reason} is one of few words. */
  default void linkClosed(Link link, String reason) {}

  /** Something of a peer's was refused: a connection, a frame, a request. */
  default void refused(String reason) {}

  /** Hears nothing. */
  static NodeListener none() {
    return new NodeListener() {};
  }
}
