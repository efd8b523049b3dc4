package dev.parley.spi;

import dev.parley.Annex;
import dev.parley.Message;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way out, with what travels beside it. Immutable.
 *
 * @param route the handler it is for; empty for the default route
 * @param message the message
 * @param deadlineNanos when the sender stops waiting, on the node's monotonic clock
 * @param remainingMillis how long that is from when it is handed to the link, rounded up, so that a
 *     link that sends at once need not look at the clock again; negative where that is not known
 * @param annex the trace that it belongs to and what protocols add, or null
 * @param departure hears when the message leaves, or null; see {@link #leaving}
 */
public record Outbound(
    String route,
    Message message,
    long deadlineNanos,
    int remainingMillis,
    @Nullable Annex annex,
    @Nullable Departure departure) {
  /** Hears that a message leaves. */
  @FunctionalInterface
  public interface Departure {
    /** See {@link Outbound#leaving}; any thread, must not block or throw. */
    void leaving();
  }

  /** Refuses nulls. */
  public Outbound {
    Objects.requireNonNull(route, "route");
    Objects.requireNonNull(message, "message");
  }

  /** A message alone. */
  public Outbound(String route, Message message, long deadlineNanos) {
    this(route, message, deadlineNanos, -1, null, null);
  }

  /** A copy with one more field of a protocol's; see {@link Annex}. */
  public Outbound withField(int number, byte[] value) {
    return new Outbound(
        route,
        message,
        deadlineNanos,
        remainingMillis,
        Annex.with(annex, number, value),
        departure);
  }

  /** This message with {@code value} to hear when it leaves. */
  public Outbound withDeparture(@Nullable Departure value) {
    return departure == value
        ? this
        : new Outbound(route, message, deadlineNanos, remainingMillis, annex, value);
  }

  /**
   * Said by the link, before anything of the message can leave this process. Until then the message
   * was surely not executed, and a call that ends says so; from then on nobody knows. A link that
   * cannot tell says it as soon as it is subscribed to; one that never does makes its callers say
   * NO of what was executed.
   */
  public void leaving() {
    Departure d = departure;
    if (d != null) {
      d.leaving();
    }
  }

  /** Nanoseconds as {@link #remainingMillis}; beyond 24 days it says 24 days. */
  public static int remainingMillis(long nanos) {
    long millis = TimeUnit.NANOSECONDS.toMillis(nanos + 999_999);
    return (int) Math.min(Integer.MAX_VALUE, Math.max(0, millis));
  }
}
