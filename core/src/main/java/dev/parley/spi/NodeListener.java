package dev.parley.spi;

import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.Inbound;
import dev.parley.MessagingException;
import dev.parley.Phase;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

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

  /**
   * A message of ours failed: what {@link #sent} tells of the same failure, in full, with the peer
   * and the trail. Called after it.
   */
  default void sendFailed(InteractionModel model, long nanos, MessagingException failure) {}

  /** A message to us ended; {@code failure} is null when its handler did not fail. */
  default void received(InteractionModel model, long nanos, @Nullable FailureCode failure) {}

  /**
   * A search for addresses of a peer led to a first one or ended without; {@code outcome} is {@code
   * found}, {@code unknown}, {@code failed} or {@code cancelled}.
   */
  default void resolved(long nanos, String outcome) {}

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

  /** A message of ours goes to another link, since nothing of it had left on the one before. */
  default void retried(InteractionModel model) {}

  /**
   * A signal to us came to nothing before a handler had it: {@code no_receiver}, {@code overloaded}
   * or {@code expired}.
   */
  default void signalDropped(String reason) {}

  /**
   * A message of ours begins; what is returned hears of its end and goes with it.
   *
   * @param context of whoever subscribed to the send
   */
  default @Nullable Activity sending(
      InteractionModel model, AgentId peer, String route, ContextView context) {
    return null;
  }

  /** A message to us reaches its handler; what is returned hears of its end. */
  default @Nullable Activity receiving(InteractionModel model, Inbound inbound) {
    return null;
  }

  /** An agent is looked up in the network; {@code context} is that of who needs it first. */
  default @Nullable Activity lookingUp(AgentId agent, ContextView context) {
    return null;
  }

  /** Tells two, one after the other. */
  static NodeListener both(NodeListener first, NodeListener second) {
    return new BothListeners(first, second);
  }

  /** Hears nothing. */
  static NodeListener none() {
    return new NodeListener() {};
  }
}
