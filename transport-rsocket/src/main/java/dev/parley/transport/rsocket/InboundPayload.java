package dev.parley.transport.rsocket;

import dev.parley.Message;
import dev.parley.TraceContext;
import org.jspecify.annotations.Nullable;

/**
 * What arrived, already copied out of its record: rsocket-core passes it through, and nothing pins
 * a buffer.
 */
final class InboundPayload extends EmptyPayload {
  /** The time that the sender of a request waits where it does not say. */
  static final long DEFAULT_REMAINING_MILLIS = 60_000;

  private final String route;
  private final Message message;
  private final long remainingMillis;
  private final boolean malformed;
  private final @Nullable TraceContext trace;

  InboundPayload(
      String route,
      Message message,
      long remainingMillis,
      boolean malformed,
      @Nullable TraceContext trace) {
    this.route = route;
    this.message = message;
    this.remainingMillis = remainingMillis;
    this.malformed = malformed;
    this.trace = trace;
  }

  String route() {
    return route;
  }

  Message message() {
    return message;
  }

  long remainingMillis() {
    return remainingMillis;
  }

  @Nullable TraceContext trace() {
    return trace;
  }

  boolean isMalformed() {
    return malformed;
  }
}
