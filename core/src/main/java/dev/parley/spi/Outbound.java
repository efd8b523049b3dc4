package dev.parley.spi;

import dev.parley.Annex;
import dev.parley.Message;
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
 * @param annex the trace that it belongs to and what protocols add, or null
 */
public record Outbound(
    String route, Message message, long deadlineNanos, long remainingNanos, @Nullable Annex annex) {
  /** Refuses nulls. */
  public Outbound {
    Objects.requireNonNull(route, "route");
    Objects.requireNonNull(message, "message");
  }

  /** A message alone. */
  public Outbound(String route, Message message, long deadlineNanos) {
    this(route, message, deadlineNanos, -1, null);
  }

  /** A copy with one more field of a protocol's; see {@link Annex}. */
  public Outbound withField(int number, byte[] value) {
    return new Outbound(
        route, message, deadlineNanos, remainingNanos, Annex.with(annex, number, value));
  }
}
