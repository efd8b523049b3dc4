package dev.parley.dht.port;

/**
 * The two clocks of a node. They are separate from its scheduler, whose own idea of time mixes both
 * (Reactor's default {@code Scheduler.now} is wall time in milliseconds and monotonic below).
 */
public interface DhtClock {
  /** Monotonic time in nanoseconds, for measuring. */
  long nanos();

  /** Wall time in milliseconds since 1970, for what is signed. */
  long wallMillis();
}
