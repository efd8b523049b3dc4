package dev.parley.dht;

import dev.parley.Address;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step of a resolution: where an agent is, that it {@linkplain #hasLeft has left}, or the
 * certainty that nobody knows. The DHT makes it. Immutable.
 */
public interface Resolved {
  /** How it was found, or not. */
  LookupReport report();

  /** How sure it is. */
  default Outcome outcome() {
    return report().outcome();
  }

  /** Whether the agent has said itself that it has left: it is found, and nowhere. */
  boolean hasLeft();

  /** Where the agent can be dialled; empty when it is not known, or has left. */
  List<Address> addresses();

  /**
   * When the agent said so, to the microsecond; null where its own node has answered, or nothing is
   * known. What it said later counts more.
   */
  @Nullable Instant told();

  /** Until when what it said is valid; null as {@link #told} is. */
  @Nullable Instant expires();
}
