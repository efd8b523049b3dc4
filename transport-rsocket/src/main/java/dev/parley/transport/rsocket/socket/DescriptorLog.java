package dev.parley.transport.rsocket.socket;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log that this process has no file descriptors left, once in a minute: nothing else
 * here does, and the others see timeouts. Thread-safe.
 */
public final class DescriptorLog {
  private static final Logger log = LoggerFactory.getLogger(DescriptorLog.class);
  private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final LongSupplier clock;
  private final AtomicLong nextNanos;

  /** With a monotonic clock in nanoseconds. */
  public DescriptorLog(LongSupplier clock) {
    this.clock = clock;
    this.nextNanos = new AtomicLong(clock.getAsLong());
  }

  /**
   * There was none for something.
   *
   * @param what that could not be done
   */
  public void none(String what) {
    long now = clock.getAsLong();
    long next = nextNanos.get();
    if (now - next >= 0 && nextNanos.compareAndSet(next, now + PAUSE_NANOS)) {
      log.warn("no file descriptors left, {}; raise the limit of this process (ulimit -n)", what);
    }
  }
}
