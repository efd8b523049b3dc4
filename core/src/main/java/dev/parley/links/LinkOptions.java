package dev.parley.links;

import java.time.Duration;
import java.util.Objects;

/**
 * How peers are dialled and links kept; an immutable value.
 *
 * @param dialStagger the head start of an address over the next one of the same peer
 * @param dialBackoffMax the longest pause before a peer that was unreachable is dialled again
 * @param reconnectFor how long a lost link is redialled; zero for not at all
 */
public record LinkOptions(Duration dialStagger, Duration dialBackoffMax, Duration reconnectFor) {
  /** Refuses nulls and negative times. */
  public LinkOptions {
    require("dialStagger", dialStagger, false);
    require("dialBackoffMax", dialBackoffMax, false);
    require("reconnectFor", reconnectFor, true);
  }

  /** A head start of 250 ms, pauses up to 500 ms, a minute of redialling. */
  public static LinkOptions defaults() {
    return new LinkOptions(Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofMinutes(1));
  }

  private static void require(String name, Duration value, boolean mayBeZero) {
    Objects.requireNonNull(value, name);
    if (value.isNegative() || (value.isZero() && !mayBeZero)) {
      throw new IllegalArgumentException(
          name + " is " + value + ", must be " + (mayBeZero ? "0 or more" : "more than 0"));
    }
  }
}
