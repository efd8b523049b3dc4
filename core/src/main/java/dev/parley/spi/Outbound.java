package dev.parley.spi;

import dev.parley.Message;
import java.util.Objects;

/**
 * A message on its way out, with what travels beside it. Immutable.
 *
 * @param route the handler it is for; empty for the default route
 * @param message the message
 * @param deadlineNanos when the sender stops waiting, on the node's monotonic clock
 */
public record Outbound(String route, Message message, long deadlineNanos) {
  /** Refuses nulls. */
  public Outbound {
    Objects.requireNonNull(route, "route");
    Objects.requireNonNull(message, "message");
  }
}
