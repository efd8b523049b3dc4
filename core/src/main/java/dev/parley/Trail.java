package dev.parley;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
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

  /**
   * Writes down one attempt to reach a peer while it happens. Thread-safe; several messages may
   * share one attempt and read it at any time.
   */
  public static final class Recorder {
    private final LongSupplier nanoClock;
    private final long startNanos;
    private final List<Trail.Step> steps = new ArrayList<>(4);
    private int dropped;
    private volatile Phase phase = Phase.RESOLVE;

    private Recorder(LongSupplier nanoClock) {
      this.nanoClock = nanoClock;
      this.startNanos = nanoClock.getAsLong();
    }

    /** Starts to record; {@code nanoClock} is a monotonic clock in nanoseconds. */
    public static Recorder start(LongSupplier nanoClock) {
      return new Recorder(Objects.requireNonNull(nanoClock, "nanoClock"));
    }

    /** The furthest phase that the attempt has reached. */
    public Phase phase() {
      return phase;
    }

    /** Moves the attempt forward; going back is ignored, since addresses are raced. */
    public void enter(Phase next) {
      synchronized (steps) {
        if (next.compareTo(phase) > 0) {
          phase = next;
        }
      }
    }

    /** Adds a step that just ended. The texts hold no secret and no payload. */
    public void step(Phase stepPhase, String subject, String outcome) {
      Duration at = Duration.ofNanos(nanoClock.getAsLong() - startNanos);
      synchronized (steps) {
        if (steps.size() < Trail.MAX_STEPS - 1) {
          steps.add(new Trail.Step(stepPhase, subject, outcome, at));
        } else {
          dropped++;
        }
      }
    }

    /** What has been recorded so far. */
    public Trail snapshot() {
      synchronized (steps) {
        if (dropped == 0) {
          return new Trail(steps);
        }
        List<Trail.Step> all = new ArrayList<>(steps);
        Duration at = Duration.ofNanos(nanoClock.getAsLong() - startNanos);
        all.add(new Trail.Step(phase, "trail", dropped + " more steps left out", at));
        return new Trail(all);
      }
    }
  }
}
