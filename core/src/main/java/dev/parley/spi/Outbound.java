package dev.parley.spi;

import dev.parley.Message;
import dev.parley.TraceContext;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way out, with what travels beside it. Immutable.
 *
 * @param route the handler it is for; empty for the default route
 * @param message the message
 * @param deadlineNanos when the sender stops waiting, on the node's monotonic clock
 * @param remainingNanos how long that is from when it is handed to the link, so that a link that
 *     sends at once need not look at the clock again; negative where that is not known
 * @param trace the trace that it belongs to, or null
 */
public record Outbound(
    String route,
    Message message,
    long deadlineNanos,
    long remainingNanos,
    @Nullable TraceContext trace) {
  /** Refuses nulls. */
  public Outbound {
    Objects.requireNonNull(route, "route");
    Objects.requireNonNull(message, "message");
  }

  /** A message that belongs to no trace. */
  public Outbound(String route, Message message, long deadlineNanos) {
    this(route, message, deadlineNanos, -1, null);
  }
}
