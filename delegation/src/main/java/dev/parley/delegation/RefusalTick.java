package dev.parley.delegation;

import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;

/**
 * Refuses at the second tick of 10 ms after a call has arrived, all calls of a tick at once, so
 * that the time of a refusal does not tell what was looked at before. Thread-safe.
 */
final class RefusalTick {
  static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private final Scheduler timer;
  private final LongSupplier nanoClock;
  private final int max;
  private final List<Batch> batches = new ArrayList<>(); // guarded by this, like the next
  private int waiting;

  /** Calls that are refused together. */
  private record Batch(long tick, List<MonoSink<Object>> calls) {}

  /**
   * @param max how many may wait; one more is OVERLOADED at once
   */
  RefusalTick(Scheduler timer, LongSupplier nanoClock, int max) {
    this.timer = timer;
    this.nanoClock = nanoClock;
    this.max = max;
  }

  /** Fails as UNAUTHORIZED when it is time. */
  <T> Mono<T> refuse(long arrivedNanos) {
    return Mono.create(sink -> enter(sink, arrivedNanos)).then(Mono.empty());
  }

  private void enter(MonoSink<Object> sink, long arrivedNanos) {
    long tick = Math.floorDiv(arrivedNanos, TICK_NANOS) + 2;
    Batch fresh = null;
    synchronized (this) {
      if (waiting < max) {
        waiting++;
        Batch batch = find(tick);
        if (batch == null) {
          fresh = new Batch(tick, new ArrayList<>());
          batches.add(fresh);
          batch = fresh;
        }
        batch.calls().add(sink);
        sink = null;
      }
    }
    if (sink != null) {
      sink.error(HandlerFailure.of(FailureCode.OVERLOADED, null, null));
    } else if (fresh != null) {
      Batch due = fresh;
      long delay = Math.max(0, tick * TICK_NANOS - nanoClock.getAsLong());
      try {
        timer.schedule(() -> end(due), delay, TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException e) {
        end(due); // the node is closing
      }
    }
  }

  private @Nullable Batch find(long tick) {
    for (Batch batch : batches) {
      if (batch.tick() == tick) {
        return batch;
      }
    }
    return null;
  }

  private void end(Batch batch) {
    synchronized (this) {
      batches.remove(batch);
      waiting -= batch.calls().size();
    }
    batch.calls().forEach(call -> call.error(HandlerFailure.unauthorized()));
  }

  synchronized int waiting() {
    return waiting;
  }
}
