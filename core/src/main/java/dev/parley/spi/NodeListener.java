package dev.parley.spi;

import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.Inbound;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.TraceContext;
import java.net.InetAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
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

  /** The same of a connection whose origin is known; {@link #refused} is told as well. */
  default void turnedAway(Refusal reason, InetAddress from) {}

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

  /** How an exchange, or a lookup, ended. Immutable; only a failure is an object of its own. */
  sealed interface Outcome permits Outcome.Success, Outcome.Cancelled, Outcome.Failure {
    /** It went well: answered, or as a signal sent. */
    static Outcome success() {
      return Success.INSTANCE;
    }

    /** The caller gave it up. */
    static Outcome cancelled(Phase phase) {
      return Cancelled.of(phase);
    }

    /** A failure of ours, of which the exception tells all. */
    static Outcome failure(MessagingException exception) {
      return new Failure(exception.code(), exception.phase(), exception);
    }

    /** A failure of which no more is known than this, or may be told. */
    static Outcome failure(FailureCode code, Phase phase) {
      return new Failure(code, phase, null);
    }

    /** The word for metrics: {@code ok}, {@code cancelled} or {@code failed}. */
    String word();

    /** It went well. */
    final class Success implements Outcome {
      private static final Success INSTANCE = new Success();

      private Success() {}

      @Override
      public String word() {
        return "ok";
      }

      @Override
      public String toString() {
        return word();
      }
    }

    /**
     * The caller gave it up.
     *
     * @param phase how far it had come
     */
    record Cancelled(Phase phase) implements Outcome {
      private static final Map<Phase, Cancelled> ALL = new EnumMap<>(Phase.class);

      static {
        for (Phase phase : Phase.values()) {
          ALL.put(phase, new Cancelled(phase));
        }
      }

      private static Cancelled of(Phase phase) {
        return Objects.requireNonNull(ALL.get(phase));
      }

      @Override
      public String word() {
        return "cancelled";
      }
    }

    /**
     * It failed.
     *
     * @param code what went wrong
     * @param phase how far it had come
     * @param exception what the caller is told, with the peer and the trail; null for a message to
     *     us and for a lookup
     */
    record Failure(FailureCode code, Phase phase, @Nullable MessagingException exception)
        implements Outcome {
      /** Refuses nulls. */
      public Failure {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(phase, "phase");
      }

      @Override
      public String word() {
        return "failed";
      }
    }
  }

  /**
   * What a listener keeps of something that takes a while, such as a span of a trace: it is there
   * while the thing happens, and its trace context goes with the message. Used by any thread, one
   * after the other; quick, does not block, does not throw.
   */
  interface Activity {
    /** What a peer is told of the trace; null for nothing. */
    @Nullable TraceContext trace();

    /** Makes this the parent of whatever happens in a reactive chain with the context. */
    Context addTo(Context context);

    /** It ended. Called once. */
    void ended(Outcome outcome);
  }

  /** How a dial to one address ended, before any handshake. */
  enum DialOutcome {
    /** There is a connection. */
    CONNECTED,
    /** Nothing listens at the address. */
    REFUSED,
    /** No connection came about in time. */
    TIMEOUT,
    /** There is no route to the address. */
    NO_ROUTE,
    /** The host name does not resolve. */
    UNKNOWN_HOST,
    /** What listens there does not speak WebSocket. */
    NOT_WEBSOCKET,
    /** This process has no file descriptors left. */
    NO_DESCRIPTORS,
    /** Something else. */
    FAILED
  }

  /** How a handshake ended; a local fact, of which the peer is told nothing. */
  enum HandshakeOutcome {
    /** Both sides have proved their keys. */
    OK,

    // ---- of a handshake that this node began

    /** The peer has too many under way. */
    BUSY,
    /** This node has too many under way. */
    BUSY_HERE,
    /** The peer does not allow the suite that this node dials with. */
    UNSUPPORTED_SUITE,
    /** The peer does not speak the version of the protocol that this node dials with. */
    UNSUPPORTED_VERSION,
    /** What answered does not speak Parley. */
    NOT_PARLEY,
    /** The connection broke off. */
    BROKEN_OFF,
    /** The peer reset the connection without a byte: it has as many as it takes. */
    TURNED_AWAY,
    /** The peer's rules do not let this node in. */
    DENIED,

    // ---- of one that a peer began

    /** The peer disconnected. */
    DISCONNECTED,
    /** This node's rules do not let the peer in. */
    NOT_ADMITTED,
    /** The first message does not start with the magic of this protocol. */
    BAD_MAGIC,
    /** The first message is addressed to this agent, but is one of another version. */
    OTHER_VERSION,
    /** The first message carries a flag that this version does not know. */
    BAD_FLAGS,
    /** The first message is not addressed to this agent in this network. */
    BAD_MAC1,
    /** The first message came before: somebody has recorded it. */
    REPLAYED,
    /** The first message is of another time: a clock is wrong, or somebody has recorded it. */
    CLOCK_SKEW,
    /** The first message names a suite that does not exist. */
    UNKNOWN_SUITE,
    /** The first message names a suite that this node does not permit. */
    SUITE_NOT_ALLOWED,
    /** The peer's agent id is not a canonical key of prime order. */
    INVALID_IDENTITY,

    // ---- of either

    /** A message has a length that is not legal in this step. */
    BAD_LENGTH,
    /** The header of the answer is malformed. */
    BAD_HEADER,
    /** A message does not decrypt, or a key agreement failed. */
    NOISE_FAILURE,
    /** A message is authentic, but its fields are malformed. */
    BAD_PAYLOAD,
    /** The peer did not prove the key that it should have. */
    IDENTITY_MISMATCH,
    /** It took too long. */
    TIMEOUT,
    /** A fault of this node's own, which is logged. */
    INTERNAL_ERROR
  }

  /** How a search for addresses of a peer ended. */
  enum ResolveOutcome {
    /** There is an address. */
    FOUND,
    /** No resolver knows one. */
    UNKNOWN,
    /** A resolver failed before there was one. */
    FAILED,
    /** Nobody waits any more. */
    CANCELLED
  }

  /** Why something of a peer's was refused, or came to nothing. */
  enum Refusal {
    /** This process has no file descriptors left: connections wait in the kernel. */
    NO_DESCRIPTORS,
    /** This node has as many connections as it may. */
    MAX_CONNECTIONS,
    /** Peers of one network prefix have as many connections as they may. */
    MAX_CONNECTIONS_PER_PREFIX,
    /** As many handshakes are under way as may be. */
    MAX_HANDSHAKES,
    /** Peers of one network prefix have as many handshakes under way as they may. */
    MAX_HANDSHAKES_PER_PREFIX,
    /** Peers of one network prefix begin handshakes faster than they may. */
    HANDSHAKE_RATE_PER_PREFIX,
    /** This node's rules do not let the peer in. */
    NOT_ADMITTED,
    /** A handshake failed; {@link NodeListener#handshake} says why. */
    HANDSHAKE,
    /** No handler is there for the route. */
    NO_RECEIVER,
    /** As many messages are with handlers as may be. */
    OVERLOADED,
    /** The deadline had passed before a handler had it. */
    EXPIRED
  }
}
