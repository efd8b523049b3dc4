package dev.parley;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What became of a signal to one of many.
 *
 * @param peer who it was for
 * @param failure why it was not sent; null where it was
 * @param took how long that took
 */
public record SignalResult(AgentId peer, @Nullable MessagingException failure, Duration took) {
  /** Whether it was handed to an open link. Whether it arrived nobody knows. */
  public boolean isSent() {
    return failure == null;
  }
}
