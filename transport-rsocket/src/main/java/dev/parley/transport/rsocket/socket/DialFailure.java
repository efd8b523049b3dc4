package dev.parley.transport.rsocket.socket;

import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.spi.NodeListener.DialOutcome;
import io.netty.channel.ConnectTimeoutException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;

/**
 * Why an address could not be connected to.
 *
 * @param exception what the caller is told
 * @param outcome the same for metrics
 */
public record DialFailure(MessagingException exception, DialOutcome outcome) {
  /** Why nothing can be dialled. */
  private static final String NO_DESCRIPTORS =
      "this process has no file descriptors left; raise its limit (ulimit -n) or lower"
          + " maxConnections";

  public static DialFailure of(Throwable t, AgentId peer, Duration limit) {
    OsError os = OsError.of(t);
    if (os == OsError.RESET) {
      // The peer was faster than this node, which had not seen yet that it was connected.
      return overloaded(peer, DialHandler.TURNED_AWAY, t, DialOutcome.FAILED);
    }
    if (os == OsError.NO_DESCRIPTORS) {
      return overloaded(peer, NO_DESCRIPTORS, t, DialOutcome.NO_DESCRIPTORS);
    }
    DialOutcome outcome = outcome(t);
    String detail =
        switch (outcome) {
          case REFUSED -> "nothing listens at the address";
          case TIMEOUT -> "no connection within " + limit.toMillis() + " ms";
          case UNKNOWN_HOST -> "the host name does not resolve";
          case NO_ROUTE -> "there is no route to the address";
          case NOT_WEBSOCKET -> "what listens there does not speak WebSocket";
          default -> "the connection failed (" + t.getClass().getSimpleName() + ")";
        };
    return new DialFailure(
        MessagingException.builder(FailureCode.AGENT_UNREACHABLE, Phase.DIAL)
            .peer(peer)
            .detail(detail)
            .cause(t)
            .build(),
        outcome);
  }

  private static DialFailure overloaded(
      AgentId peer, String detail, Throwable cause, DialOutcome outcome) {
    return new DialFailure(
        MessagingException.builder(FailureCode.OVERLOADED, Phase.DIAL)
            .peer(peer)
            .detail(detail)
            .cause(cause)
            .build(),
        outcome);
  }

  /** The outcome as a word. */
  public String label() {
    return outcome.name().toLowerCase(Locale.ROOT);
  }

  private static DialOutcome outcome(Throwable t) {
    for (Throwable c = t; c != null; c = c.getCause()) {
      if (c instanceof ConnectTimeoutException) {
        return DialOutcome.TIMEOUT;
      }
      if (c instanceof NoRouteToHostException) {
        return DialOutcome.NO_ROUTE;
      }
      if (c instanceof ConnectException) {
        return DialOutcome.REFUSED;
      }
      if (c instanceof UnknownHostException) {
        return DialOutcome.UNKNOWN_HOST;
      }
      if (c instanceof io.netty.handler.codec.http.websocketx.WebSocketHandshakeException) {
        return DialOutcome.NOT_WEBSOCKET;
      }
    }
    return DialOutcome.FAILED;
  }
}
