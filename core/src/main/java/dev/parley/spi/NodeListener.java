package dev.parley.spi;

import dev.parley.AgentId;
import dev.parley.Inbound;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * Hears what a node does: the only hook for metrics and traces.
 *
 * <p>Called on event loops, so an implementation is quick, does not block and does not throw. Times
 * are nanoseconds on the node's monotonic clock. Every method does nothing unless overridden.
 */
public interface NodeListener {
  /** A message of ours ended; a failure comes with its exception. */
  default void sent(InteractionModel model, long nanos, Outcome outcome) {}

  /** A message to us ended that a handler had, or was to have. */
  default void received(InteractionModel model, long nanos, Outcome outcome) {}

  /** A search for addresses of a peer led to a first one, or ended without. */
  default void resolved(long nanos, ResolveOutcome outcome) {}

  /** A dial to one address ended. */
  default void dialled(long nanos, DialOutcome outcome) {}

  /** A handshake ended. */
  default void handshake(boolean initiator, long nanos, HandshakeOutcome outcome) {}

  /** A link was opened. */
  default void linkOpened(Link link) {}

  /** A link is gone; {@code reason} is one of few words. */
  default void linkClosed(Link link, String reason) {}

  /** Something of a peer's was refused: a connection, a frame, a request. */
  default void refused(Refusal reason) {}

  /** A message of ours goes to another link, since nothing of it had left on the one before. */
  default void retried(InteractionModel model) {}

  /** A signal to us came to nothing before a handler had it. */
  default void signalDropped(Refusal reason) {}

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

  /**
   * Those who hear, with this one, what a protocol of the node's tells by a listener type of its
   * own; nobody unless overridden.
   */
  default <T> List<T> listenersTo(Class<T> type) {
    return List.of();
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
