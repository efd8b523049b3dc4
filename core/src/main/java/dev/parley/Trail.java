package dev.parley;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The machine-readable story of an attempt to reach a peer: which resolver was asked, which
 * addresses were tried, how each ended and when. Immutable.
 *
 * @param steps what happened, in order; at most {@link #MAX_STEPS}
 */
public record Trail(List<Step> steps) {
  /** How many steps a trail keeps; later ones are counted in its last step. */
  public static final int MAX_STEPS = 64;

  private static final Trail EMPTY = new Trail(List.of());

  /** Copies {@code steps}. */
  public Trail {
    steps = List.copyOf(steps);
  }

  /** The trail of an attempt in which nothing was tried. */
  public static Trail empty() {
    return EMPTY;
  }

  /** One line a step, for people. */
  @Override
  public String toString() {
    return steps.stream().map(Step::toString).collect(Collectors.joining("\n"));
  }

  /**
   * One thing that was tried.
   *
   * @param phase the phase it belongs to
   * @param subject what was asked or dialled: a resolver's name, an address
   * @param outcome how it ended, in a few words
   * @param at when it ended, counted from the start of the attempt
   */
  public record Step(Phase phase, String subject, String outcome, Duration at) {
    /** Refuses nulls. */
    public Step {
      Objects.requireNonNull(phase, "phase");
      Objects.requireNonNull(subject, "subject");
      Objects.requireNonNull(outcome, "outcome");
      Objects.requireNonNull(at, "at");
    }

    @Override
    public String toString() {
      return "%-9s %s: %s (%.1f ms)".formatted(phase, subject, outcome, at.toNanos() / 1_000_000.0);
    }
  }
}
