package dev.parley.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;
import reactor.core.scheduler.Scheduler;

/**
 * A clock that stands still until a test advances it, and schedulers whose tasks run while it does.
 *
 * <pre>{@code
 * VirtualTime time = VirtualTime.create();
 * Mono.delay(Duration.ofSeconds(30), time.scheduler()).subscribe(tick -> expired.set(true));
 * time.advance(Duration.ofSeconds(30));
 * assertThat(expired).isTrue();
 * }</pre>
 *
 * <p>Tasks run on the thread that advances, one after the other, ordered by due time and, at the
 * same time, by when they were scheduled; while a task runs, the clock shows its due time. A task
 * without delay runs with the next advance, {@link #runDue()} included, never inside the call that
 * schedules it. Nothing depends on real time, so a run is repeatable.
 *
 * <p>Reading the clock, scheduling and cancelling are thread-safe; cancelling takes constant time,
 * amortized. Advancing is for one thread at a time, and not from within a task: both are {@link
 * IllegalStateException}s. An exception that a task throws leaves the advancing call, the clock
 * stays at the task's due time and the tasks behind it stay scheduled.
 *
 * <p>As a {@link LongSupplier} it counts nanoseconds like {@link System#nanoTime()}; as an {@link
 * InstantSource} it tells the date. {@link Scheduler#now(TimeUnit)} converts the former, so it is
 * the time since 1970 unless the start was chosen otherwise.
 */
public final class VirtualTime implements LongSupplier, InstantSource {
  /** How long {@link #await} goes on: a day of this clock. */
  public static final Duration MAX_AWAIT = Duration.ofDays(1);

  /** Beyond this many tasks at one instant, they are taken to reschedule themselves forever. */
  private static final int MAX_TASKS_PER_INSTANT = 100_000;

  private final long originNanos;
  private final VirtualTaskQueue queue = new VirtualTaskQueue();
  private final AtomicBoolean advancing = new AtomicBoolean();
  private volatile long elapsedNanos;

  private VirtualTime(long originNanos) {
    this.originNanos = originNanos;
  }

  /** A clock that starts at 2026-01-01T00:00:00Z. */
  public static VirtualTime create() {
    return startingAt(Instant.parse("2026-01-01T00:00:00Z"));
  }

  /**
   * A clock that starts at {@code start}.
   *
   * @throws IllegalArgumentException if nanoseconds since 1970 cannot express {@code start}
   */
  public static VirtualTime startingAt(Instant start) {
    try {
      return new VirtualTime(Duration.between(Instant.EPOCH, start).toNanos());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("start is " + start + ", must be 1677..2262", e);
    }
  }

  /**
   * A clock whose count of nanoseconds starts at {@code nanos}; near {@link Long#MAX_VALUE} it
   * overflows to negative values, as {@link System#nanoTime()} may.
   */
  public static VirtualTime startingAtNanos(long nanos) {
    return new VirtualTime(nanos);
  }

  /** The current count of nanoseconds; only differences mean anything. */
  @Override
  public long getAsLong() {
    return originNanos + elapsedNanos;
  }

  @Override
  public Instant instant() {
    return Instant.EPOCH.plusNanos(originNanos).plusNanos(elapsedNanos);
  }

  /** The time that was advanced so far. */
  public Duration elapsed() {
    return Duration.ofNanos(elapsedNanos);
  }

  /**
   * A new scheduler on this clock. Disposing it cancels its own tasks and leaves other schedulers
   * alone.
   */
  public Scheduler scheduler() {
    return new VirtualScheduler(this);
  }

  /**
   * Moves the clock forward and runs the tasks due on the way, including those they schedule.
   *
   * @throws IllegalArgumentException if {@code step} is negative or the clock would pass 292 years
   * @throws IllegalStateException if called from a task or while another thread advances, or if the
   *     tasks keep scheduling tasks without delay
   */
  public void advance(Duration step) {
    if (step.isNegative()) {
      throw new IllegalArgumentException("step is " + step + ", must not be negative");
    }
    exclusively(
        () -> {
          long target = later(step);
          runUntil(target);
          elapsedNanos = target;
        });
  }

  /** Runs the tasks due now, as {@link #advance} by nothing does. */
  public void runDue() {
    advance(Duration.ZERO);
  }

  /**
   * Moves the clock to the earliest scheduled task and runs all that is due then.
   *
   * @return whether there was a task
   * @throws IllegalStateException as in {@link #advance}
   */
  public boolean advanceToNext() {
    AtomicBoolean found = new AtomicBoolean();
    exclusively(
        () -> {
          VirtualTask next = queue.peek();
          if (next != null) {
            found.set(true);
            runUntil(Math.max(elapsedNanos, next.dueNanos()));
          }
        });
    return found.get();
  }

  /**
   * Subscribes, and moves the clock from task to task until it ends: what {@code block()} is on a
   * real clock, in no time.
   *
   * @return its value, or null where it completes without
   * @throws RuntimeException its error, where that is one; any other is the cause of an {@link
   *     IllegalStateException}
   * @throws IllegalStateException as in {@link #advance}; also when nothing is scheduled any more
   *     and it has not ended, or when {@link #MAX_AWAIT} has passed
   */
  public <T> @Nullable T await(Mono<T> mono) {
    long limit = saturatedSum(elapsedNanos, MAX_AWAIT.toNanos());
    AtomicReference<@Nullable Signal<T>> end = new AtomicReference<>();
    Disposable subscription =
        mono.materialize().subscribe(end::set, e -> {}, () -> {}); // errors are signals here
    runDue();
    boolean moves = true;
    while (moves && end.get() == null && elapsedNanos < limit) {
      moves = advanceToNext();
    }
    Signal<T> signal = end.get();
    if (signal == null) {
      subscription.dispose();
      throw new IllegalStateException(
          "it did not end, and "
              + pending()
              + " tasks are scheduled; the clock shows "
              + instant());
    }
    Throwable error = signal.getThrowable();
    if (error != null) {
      throw error instanceof RuntimeException r ? r : new IllegalStateException(error);
    }
    return signal.get();
  }

  /** The number of scheduled tasks that are neither done nor cancelled. */
  public int pending() {
    return queue.size();
  }

  VirtualTask newTask(
      Disposable.Composite owner, Runnable action, long delayNanos, long periodNanos) {
    long due = saturatedSum(elapsedNanos, Math.max(0, delayNanos));
    return new VirtualTask(queue, owner, action, due, periodNanos);
  }

  void enqueue(VirtualTask task) {
    queue.add(task);
  }

  /** The sum of two non-negative numbers, at most {@code MAX_VALUE}. */
  static long saturatedSum(long one, long other) {
    long sum = one + other;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  private long later(Duration step) {
    try {
      return Math.addExact(elapsedNanos, step.toNanos());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("step is " + step + ", beyond 292 years", e);
    }
  }

  private void exclusively(Runnable advance) {
    if (!advancing.compareAndSet(false, true)) {
      throw new IllegalStateException("the clock is being advanced; a task must not advance it");
    }
    try {
      advance.run();
    } finally {
      advancing.set(false);
    }
  }

  private void runUntil(long targetNanos) {
    int tasksAtInstant = 0;
    VirtualTask task;
    while ((task = queue.pollDue(targetNanos)) != null) {
      if (task.dueNanos() > elapsedNanos) {
        elapsedNanos = task.dueNanos();
        tasksAtInstant = 0;
      }
      if (++tasksAtInstant > MAX_TASKS_PER_INSTANT) {
        throw new IllegalStateException("tasks keep scheduling tasks without delay");
      }
      task.run();
    }
  }
}
