package dev.parley.transport.rsocket;

import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.MessagingException;
import dev.parley.Phase;
import io.netty.channel.ConnectTimeoutException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;

/**
 * Why an address could not be connected to.
 *
 * @param exception what the caller is told
 * @param outcome a word of few values
 */
record DialFailure(MessagingException exception, String outcome) {
  static DialFailure of(Throwable t, AgentId peer, Duration limit) {
    String outcome = outcome(t);
    String detail =
        switch (outcome) {
          case "refused" -> "nothing listens at the address";
          case "timeout" -> "no connection within " + limit.toMillis() + " ms";
          case "unknown_host" -> "the host name does not resolve";
          case "no_route" -> "there is no route to the address";
          case "not_websocket" -> "what listens there does not speak WebSocket";
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

  private static String outcome(Throwable t) {
    for (Throwable c = t; c != null; c = c.getCause()) {
      if (c instanceof ConnectTimeoutException) {
        return "timeout";
      }
      if (c instanceof NoRouteToHostException) {
        return "no_route";
      }
      if (c instanceof ConnectException) {
        return "refused";
      }
      if (c instanceof UnknownHostException) {
        return "unknown_host";
      }
      if (c instanceof io.netty.handler.codec.http.websocketx.WebSocketHandshakeException) {
        return "not_websocket";
      }
    }
    return "failed";
  }
}
