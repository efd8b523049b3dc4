package dev.parley.spi;

import java.util.Objects;

/**
 * How much of a limit is used at one moment, to see what is close to being refused.
 *
 * @param option the option that sets the limit; one whose name ends in {@code Bytes} counts bytes
 * @param used how much is used now
 * @param limit how much may be
 */
public record Bound(String option, long used, long limit) {
  /** Refuses nulls. */
  public Bound {
    Objects.requireNonNull(option, "option");
  }
}
