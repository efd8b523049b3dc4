package dev.parley.transport.rsocket.socket;

import dev.parley.shares.Origin;
import dev.parley.shares.Share;
import dev.parley.shares.Shares;
import java.net.InetAddress;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import reactor.core.scheduler.Scheduler;

/**
 * The steps of handshakes that wait for a crypto thread. Places to wait are shared fairly among
 * networks and hosts, so that one that sends many first messages keeps no others out. One that
 * waited for more than a second while others wait behind it is stale: its peer may have given up,
 * and theirs have not. Without others there is no load to shed, only a machine that stood still,
 * and it is served. Thread-safe.
 */
public final class CryptoQueue {
  static final long MAX_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Scheduler threads;
  private final LongSupplier clock;
  private final Shares places;
  private final AtomicInteger waiting = new AtomicInteger();

  /** Takes over the scheduler, for which {@code places} tasks may wait. */
  public CryptoQueue(Scheduler threads, LongSupplier clock, int places) {
    this.threads = threads;
    this.clock = clock;
    this.places = new Shares(places);
  }

  /** What runs there. */
  interface Task {
    void run(boolean stale);
  }

  /**
   * Runs a task when a thread is free.
   *
   * @param remote the other side of its connection
   * @throws RejectedExecutionException when too many wait, or after {@link #dispose}
   */
  void execute(InetAddress remote, Task task) {
    Share place = places.open(Origin.of(remote, null));
    if (!place.take()) {
      place.close();
      throw new RejectedExecutionException("too many handshakes wait");
    }
    long since = clock.getAsLong();
    waiting.incrementAndGet();
    try {
      threads.schedule(
          () -> {
            leave(place);
            int others = waiting.decrementAndGet();
            task.run(others > 0 && clock.getAsLong() - since > MAX_WAIT_NANOS);
          });
    } catch (RejectedExecutionException e) {
      leave(place);
      waiting.decrementAndGet();
      throw e;
    }
  }

  private static void leave(Share place) {
    place.give();
    place.close();
  }

  /** How many tasks wait. */
  public int waiting() {
    return (int) places.taken();
  }

  /** Ends the threads; what waits does not run. */
  public void dispose() {
    threads.dispose();
  }
}
