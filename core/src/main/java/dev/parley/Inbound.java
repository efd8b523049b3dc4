package dev.parley;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A message as its receiver sees it. Immutable. */
public final class Inbound {
  private final AgentId from;
  private final String route;
  private final Message message;
  private final LinkPath path;
  private final long arrivedNanos;
  private final long deadlineNanos;
  private final LongSupplier nanoClock;
  private final @Nullable Annex annex;

  private Inbound(
      AgentId from,
      String route,
      Message message,
      LinkPath path,
      long arrivedNanos,
      long deadlineNanos,
      LongSupplier nanoClock,
      @Nullable Annex annex) {
    this.from = Objects.requireNonNull(from, "from");
    this.route = Objects.requireNonNull(route, "route");
    this.message = Objects.requireNonNull(message, "message");
    this.path = Objects.requireNonNull(path, "path");
    this.arrivedNanos = arrivedNanos;
    this.deadlineNanos = deadlineNanos;
    this.nanoClock = Objects.requireNonNull(nanoClock, "nanoClock");
    this.annex = annex;
  }

  /**
   * A message that arrives now; for transports and tests of handlers.
   *
   * @param deadlineNanos when nobody waits any more, on {@code nanoClock}
   * @param nanoClock a monotonic clock in nanoseconds
   */
  public static Inbound of(
      AgentId from,
      String route,
      Message message,
      LinkPath path,
      long deadlineNanos,
      LongSupplier nanoClock) {
    return new Inbound(
        from, route, message, path, nanoClock.getAsLong(), deadlineNanos, nanoClock, null);
  }

  /**
   * A message that arrived; for transports.
   *
   * @param arrivedNanos when it was read from its connection, on {@code nanoClock}
   * @param deadlineNanos when nobody waits any more, on {@code nanoClock}
   * @param nanoClock a monotonic clock in nanoseconds
   * @param annex the trace that the sender says it belongs to and what protocols add, or null
   */
  public static Inbound of(
      AgentId from,
      String route,
      Message message,
      LinkPath path,
      long arrivedNanos,
      long deadlineNanos,
      LongSupplier nanoClock,
      @Nullable Annex annex) {
    return new Inbound(from, route, message, path, arrivedNanos, deadlineNanos, nanoClock, annex);
  }

  /** A copy with another annex, or none. */
  public Inbound withAnnex(@Nullable Annex value) {
    return value == annex
        ? this
        : new Inbound(from, route, message, path, arrivedNanos, deadlineNanos, nanoClock, value);
  }

  /** The sender: the key that the handshake proved, never a field of the message. */
  public AgentId from() {
    return from;
  }

  /** The message. */
  public Message message() {
    return message;
  }

  /** The route it was sent to; empty for the default route. */
  public String route() {
    return route;
  }

  /** The link it came by. */
  public LinkPath path() {
    return path;
  }

  /** The trace that the sender says it belongs to, or null. */
  public @Nullable TraceContext trace() {
    Annex beside = annex;
    return beside == null ? null : beside.trace();
  }

  /** What came beside the message, for protocols; null for most. */
  public @Nullable Annex annex() {
    return annex;
  }

  /** How long the sender still waits; zero once it does not. */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, deadlineNanos - nanoClock.getAsLong()));
  }

  /** When the sender stops waiting, by this machine's wall clock; an estimate. */
  public Instant deadline() {
    return Instant.now().plus(remaining());
  }

  /** When it was read from its connection, on the node's monotonic clock. */
  public long arrivedNanos() {
    return arrivedNanos;
  }

  /** When the sender stops waiting, on the node's monotonic clock. */
  public long deadlineNanos() {
    return deadlineNanos;
  }

  @Override
  public String toString() {
    return "Inbound[from " + from.toShortString() + ", route '" + route + "', " + message + "]";
  }
}
