package dev.parley.delegation;

import dev.parley.SendOptions;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a function is called. An immutable value; every setter returns a copy. */
public final class CallOptions {
  private static final CallOptions DEFAULTS = new CallOptions(null, SendOptions.DEFAULT_TIMEOUT);

  private final @Nullable Claim claim;
  private final Duration timeout;

  private CallOptions(@Nullable Claim claim, Duration timeout) {
    this.claim = claim;
    this.timeout = timeout;
  }

  /** The claim that {@link Claims} finds, and a timeout of 60 s. */
  public static CallOptions defaults() {
    return DEFAULTS;
  }

  /** The defaults with this claim, whether or not it was added to {@link Claims}. */
  public static CallOptions claim(Claim claim) {
    return new CallOptions(Objects.requireNonNull(claim, "claim"), DEFAULTS.timeout);
  }

  /** A copy with this timeout, over all of the call; see {@link SendOptions#withTimeout}. */
  public CallOptions timeout(Duration value) {
    return new CallOptions(claim, SendOptions.timeout(value).timeout());
  }

  @Nullable Claim claim() {
    return claim;
  }

  Duration timeout() {
    return timeout;
  }
}
