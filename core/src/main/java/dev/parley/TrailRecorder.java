package dev.parley;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * Writes down one attempt to reach a peer while it happens. Thread-safe; several messages may share
 * one attempt and read it at any time.
 */
public final class TrailRecorder {
  private final LongSupplier nanoClock;
  private final long startNanos;
  private final List<Trail.Step> steps = new ArrayList<>(4);
  private int dropped;
  private volatile Phase phase = Phase.RESOLVE;

  private TrailRecorder(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.startNanos = nanoClock.getAsLong();
  }

  /** Starts to record; {@code nanoClock} is a monotonic clock in nanoseconds. */
  public static TrailRecorder start(LongSupplier nanoClock) {
    return new TrailRecorder(Objects.requireNonNull(nanoClock, "nanoClock"));
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
