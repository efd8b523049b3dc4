package dev.parley.delegation;

import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** A wall clock that never goes back: setting one back revives nothing. Thread-safe. */
final class GrantClock {
  private final InstantSource wall;
  private final AtomicLong highest = new AtomicLong();

  GrantClock(InstantSource wall) {
    this.wall = wall;
  }

  /** Milliseconds since 1970, and never less than before. */
  long millis() {
    return highest.accumulateAndGet(wall.millis(), Math::max);
  }

  /** A time that was seen before, maybe by an earlier process. */
  void seen(long millis) {
    highest.accumulateAndGet(millis, Math::max);
  }
}
