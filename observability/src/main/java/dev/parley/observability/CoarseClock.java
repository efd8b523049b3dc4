package dev.parley.observability;

import io.micrometer.core.instrument.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * A clock for a registry whose timers are recorded hundreds of thousands of times a second. Each
 * record asks for the wall time twice, to see whether windows of maxima and histograms have ended,
 * and that is half of what a record costs. This one reads the system's time ten times a second and
 * hands out what it read; windows last for seconds. Durations are measured as exactly as ever.
 *
 * <p>Thread-safe. After {@link #dispose} it reads the system's time each time.
 */
public final class CoarseClock implements Clock, Disposable {
  private static final long EVERY_MILLIS = Duration.ofMillis(100).toMillis();
  private static final long UNKNOWN = Long.MIN_VALUE;

  private final Clock exact;
  private final Disposable ticks;
  private volatile long wallMillis;
  private volatile boolean disposed;

  private CoarseClock(Clock exact, Scheduler ticker) {
    this.exact = exact;
    wallMillis = exact.wallTime();
    ticks =
        ticker.schedulePeriodically(this::tick, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * Starts one.
   *
   * @param exact what it reads
   * @param ticker on which it reads, such as {@code Schedulers.parallel()}
   */
  public static CoarseClock start(Clock exact, Scheduler ticker) {
    return new CoarseClock(exact, ticker);
  }

  private void tick() {
    wallMillis = exact.wallTime();
    if (disposed) {
      wallMillis = UNKNOWN;
    }
  }

  @Override
  public long wallTime() {
    long known = wallMillis;
    return known == UNKNOWN ? exact.wallTime() : known;
  }

  @Override
  public long monotonicTime() {
    return exact.monotonicTime();
  }

  @Override
  public void dispose() {
    disposed = true;
    ticks.dispose();
    wallMillis = UNKNOWN;
  }

  @Override
  public boolean isDisposed() {
    return disposed;
  }
}
