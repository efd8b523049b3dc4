package dev.parley.transport.rsocket.socket;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import reactor.core.scheduler.Scheduler;

/**
 * The steps of handshakes that wait for a crypto thread. One that waited for more than a second
 * while others wait behind it is stale: its peer may have given up, and theirs have not. Without
 * others there is no load to shed, only a machine that stood still, and it is served. Thread-safe.
 */
public final class CryptoQueue {
  static final long MAX_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Scheduler threads;
  private final LongSupplier clock;
  private final AtomicInteger waiting = new AtomicInteger();

  /** Takes over the scheduler. */
  public CryptoQueue(Scheduler threads, LongSupplier clock) {
    this.threads = threads;
    this.clock = clock;
  }

  /** What runs there. */
  interface Task {
    void run(boolean stale);
  }

  /**
   * Runs a task when a thread is free.
   *
   * @throws RejectedExecutionException when too many wait, or after {@link #dispose}
   */
  void execute(Task task) {
    long since = clock.getAsLong();
    waiting.incrementAndGet();
    try {
      threads.schedule(
          () -> {
            int others = waiting.decrementAndGet();
            task.run(others > 0 && clock.getAsLong() - since > MAX_WAIT_NANOS);
          });
    } catch (RejectedExecutionException e) {
      waiting.decrementAndGet();
      throw e;
    }
  }

  /** Ends the threads; what waits does not run. */
  public void dispose() {
    threads.dispose();
  }
}
