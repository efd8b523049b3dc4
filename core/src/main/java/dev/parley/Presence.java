package dev.parley;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whether a peer answers, as of the last check.
 *
 * @param peer the agent that is watched
 * @param roundTrip how long its answer took at the check that found it online; null while offline
 * @param failure why it counts as offline; null while online
 */
public record Presence(AgentId peer, @Nullable Duration roundTrip, @Nullable FailureCode failure) {
  /** Exactly one of the two is known. */
  public Presence {
    Objects.requireNonNull(peer, "peer");
    if ((roundTrip == null) == (failure == null)) {
      throw new IllegalArgumentException("either the round trip or the failure must be given");
    }
  }

  /** Whether it answered. */
  public boolean isOnline() {
    return failure == null;
  }
}
