package dev.parley.transport.rsocket.frame;

import dev.parley.Annex;
import dev.parley.Message;
import org.jspecify.annotations.Nullable;

/**
 * What arrived, already copied out of its record: rsocket-core passes it through, and nothing pins
 * a buffer.
 */
public final class InboundPayload extends EmptyPayload {
  /** The time that the sender of a request waits where it does not say. */
  static final long DEFAULT_REMAINING_MILLIS = 60_000;

  private final String route;
  private final Message message;
  private final long remainingMillis;
  private final boolean malformed;
  private final @Nullable Annex annex;

  InboundPayload(
      String route,
      Message message,
      long remainingMillis,
      boolean malformed,
      @Nullable Annex annex) {
    this.route = route;
    this.message = message;
    this.remainingMillis = remainingMillis;
    this.malformed = malformed;
    this.annex = annex;
  }

  public String route() {
    return route;
  }

  public Message message() {
    return message;
  }

  public long remainingMillis() {
    return remainingMillis;
  }

  public @Nullable Annex annex() {
    return annex;
  }

  public boolean isMalformed() {
    return malformed;
  }
}
