package dev.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

@Timeout(60)
class VirtualTimeTest {
  private final VirtualTime time = VirtualTime.create();
  private final Scheduler scheduler = time.scheduler();
  private final List<String> log = new ArrayList<>();

  @Test
  void standsStillUntilAdvanced() {
    long start = time.getAsLong();

    time.advance(Duration.ofNanos(17));

    assertThat(time.getAsLong() - start).isEqualTo(17);
    assertThat(time.elapsed()).isEqualTo(Duration.ofNanos(17));
    assertThat(time.instant()).isEqualTo(Instant.parse("2026-01-01T00:00:00.000000017Z"));
  }

  @Test
  void schedulerTellsTheTimeInEveryUnit() {
    VirtualTime clock = VirtualTime.startingAtNanos(0);
    Scheduler on = clock.scheduler();
    clock.advance(Duration.ofDays(3).plusNanos(5_000_007));

    for (TimeUnit unit : TimeUnit.values()) {
      assertThat(on.now(unit)).isEqualTo(unit.convert(clock.getAsLong(), TimeUnit.NANOSECONDS));
    }
    assertThat(on.now(TimeUnit.NANOSECONDS)).isEqualTo(259_200_005_000_007L);
    assertThat(on.now(TimeUnit.MICROSECONDS)).isEqualTo(259_200_005_000L);
    assertThat(on.now(TimeUnit.DAYS)).isEqualTo(3);
  }

  @Test
  void runsTasksByDueTimeThenInsertion() {
    note("c", 3);
    note("a1", 1);
    note("b", 2);
    note("a2", 1);

    time.advance(Duration.ofSeconds(2));
    assertThat(log).containsExactly("a1@1", "a2@1", "b@2");

    time.advance(Duration.ofSeconds(1));
    assertThat(log).endsWith("c@3").hasSize(4);
    assertThat(time.pending()).isZero();
  }

  @Test
  void runsDirectTasksWithTheNextAdvanceNotInsideSchedule() {
    scheduler.schedule(() -> log.add("direct"));
    assertThat(log).isEmpty();

    time.runDue();

    assertThat(log).containsExactly("direct");
    assertThat(time.elapsed()).isZero();
  }

  @Test
  void runsTasksScheduledByTasksInTheSameAdvance() {
    scheduler.schedule(
        () -> {
          note("nested", 2);
          scheduler.schedule(() -> log.add("direct@" + time.elapsed().toSeconds()));
          log.add("outer");
        },
        1,
        TimeUnit.SECONDS);

    time.advance(Duration.ofSeconds(5));

    assertThat(log).containsExactly("outer", "direct@1", "nested@3");
  }

  @Test
  void repeatsPeriodicTaskAtFixedRateUntilDisposed() {
    Disposable periodic =
        scheduler.schedulePeriodically(
            () -> log.add("tick@" + time.elapsed().toSeconds()), 1, 2, TimeUnit.SECONDS);

    time.advance(Duration.ofSeconds(6));
    assertThat(log).containsExactly("tick@1", "tick@3", "tick@5");

    periodic.dispose();
    time.advance(Duration.ofSeconds(10));
    assertThat(log).hasSize(3);
    assertThat(time.pending()).isZero();
  }

  @Test
  void periodicTaskMayDisposeItself() {
    Disposable.Swap self = Disposables.swap();
    self.update(
        scheduler.schedulePeriodically(
            () -> {
              log.add("once");
              self.dispose();
            },
            0,
            1,
            TimeUnit.SECONDS));

    time.advance(Duration.ofSeconds(10));

    assertThat(log).containsExactly("once");
    assertThat(time.pending()).isZero();
  }

  @Test
  void refusesPeriodThatWouldStopTheClock() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> scheduler.schedulePeriodically(() -> {}, 0, 0, TimeUnit.SECONDS))
        .withMessage("period is 0, must be 1 or more");
  }

  @Test
  void disposedTaskNeverRunsAndIsDisposedAfterRunning() {
    Disposable cancelled = note("cancelled", 1);
    Disposable done = note("done", 1);
    cancelled.dispose();
    cancelled.dispose();

    assertThat(time.pending()).isEqualTo(1);
    time.advance(Duration.ofSeconds(1));

    assertThat(log).containsExactly("done@1");
    assertThat(done.isDisposed()).isTrue();
  }

  @Test
  void disposingWorkerCancelsItsTasksOnlyAndRejectsMore() {
    Scheduler.Worker worker = scheduler.createWorker();
    worker.schedule(() -> log.add("worker"), 1, TimeUnit.SECONDS);
    worker.schedulePeriodically(() -> log.add("periodic"), 1, 1, TimeUnit.SECONDS);
    note("other", 1);

    worker.dispose();
    time.advance(Duration.ofSeconds(3));

    assertThat(log).containsExactly("other@1");
    assertThat(worker.isDisposed()).isTrue();
    assertThatThrownBy(() -> worker.schedule(() -> {}))
        .isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void disposingSchedulerCancelsItsWorkersAndLeavesOtherSchedulers() {
    Scheduler other = time.scheduler();
    scheduler.createWorker().schedule(() -> log.add("worker"));
    note("task", 0);
    other.schedule(() -> log.add("other"));

    scheduler.dispose();
    time.runDue();

    assertThat(log).containsExactly("other");
    assertThat(scheduler.isDisposed()).isTrue();
    assertThat(other.isDisposed()).isFalse();
    assertThatThrownBy(scheduler::createWorker).isInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(() -> note("late", 1)).isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void refusesToAdvanceFromTaskOrBackwards() {
    scheduler.schedule(time::runDue);

    assertThatIllegalStateException().isThrownBy(time::runDue).withMessageContaining("advanced");
    assertThatIllegalArgumentException().isThrownBy(() -> time.advance(Duration.ofNanos(-1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> time.advance(Duration.ofSeconds(Long.MAX_VALUE)));
    time.advance(Duration.ofSeconds(1));
    assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void exceptionOfTaskLeavesAdvanceAndKeepsTheRest() {
    RuntimeException failure = new RuntimeException("expected");
    Disposable failing =
        scheduler.schedulePeriodically(
            () -> {
              throw failure;
            },
            1,
            1,
            TimeUnit.SECONDS);
    note("after", 2);

    assertThatThrownBy(() -> time.advance(Duration.ofSeconds(5))).isSameAs(failure);

    assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(1));
    assertThat(failing.isDisposed()).isTrue();
    time.advance(Duration.ofSeconds(4));
    assertThat(log).containsExactly("after@2");
  }

  @Test
  void noticesTasksThatKeepTheClockFromMoving() {
    scheduler.schedule(this::again);

    assertThatIllegalStateException()
        .isThrownBy(time::runDue)
        .withMessage("tasks keep scheduling tasks without delay");
  }

  private void again() {
    scheduler.schedule(this::again);
  }

  @Test
  void advancesFromTaskToTask() {
    note("b", 7);
    note("a", 3);

    assertThat(time.advanceToNext()).isTrue();
    assertThat(log).containsExactly("a@3");
    assertThat(time.advanceToNext()).isTrue();
    assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(7));
    assertThat(time.advanceToNext()).isFalse();
  }

  @Test
  void forgetsCancelledTasksBeforeTheyAreDue() {
    VirtualTaskQueue queue = new VirtualTaskQueue();
    for (int i = 0; i < 10_000; i++) {
      VirtualTask task = new VirtualTask(queue, Disposables.composite(), () -> {}, i, 0);
      queue.add(task);
      task.dispose();
    }

    assertThat(queue.size()).isZero();
    assertThat(queue.footprint()).isLessThan(100);
  }

  @Test
  void survivesOverflowOfNanoseconds() {
    VirtualTime late = VirtualTime.startingAtNanos(Long.MAX_VALUE - 5);
    long start = late.getAsLong();
    late.scheduler().schedule(() -> log.add("run"), 10, TimeUnit.NANOSECONDS);

    late.advance(Duration.ofNanos(10));

    assertThat(log).containsExactly("run");
    assertThat(late.getAsLong()).isNegative();
    assertThat(late.getAsLong() - start).isEqualTo(10);
  }

  @Test
  void keepsTaskBeyondTheEndOfTimePending() {
    scheduler.schedule(() -> log.add("never"), Long.MAX_VALUE, TimeUnit.DAYS);

    time.advance(Duration.ofDays(100_000));

    assertThat(log).isEmpty();
    assertThat(time.pending()).isEqualTo(1);
  }

  @Test
  void takesTasksFromManyThreads() {
    List<CompletableFuture<Void>> scheduling = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      scheduling.add(
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < 1_000; i++) {
                  Disposable task = note("t", i % 10);
                  if (i % 2 == 0) {
                    task.dispose();
                  }
                }
              }));
    }
    scheduling.forEach(CompletableFuture::join);

    assertThat(time.pending()).isEqualTo(2_000);
    time.advance(Duration.ofSeconds(10));
    assertThat(log).hasSize(2_000);
  }

  @Test
  void drivesReactorOperators() {
    Flux.interval(Duration.ofSeconds(1), scheduler).take(3).subscribe(n -> log.add("n" + n));
    Mono.never()
        .timeout(Duration.ofMinutes(1), scheduler)
        .subscribe(x -> {}, error -> log.add(error.getClass().getSimpleName()));
    Mono.just("moved").publishOn(scheduler).subscribe(log::add);

    time.advance(Duration.ofSeconds(59));
    assertThat(log).containsExactly("moved", "n0", "n1", "n2");
    time.advance(Duration.ofSeconds(1));
    assertThat(log).endsWith("TimeoutException");
    assertThat(time.pending()).isZero();
  }

  @Test
  void appliesScheduleHooks() {
    Schedulers.onScheduleHook("virtual-time-test", task -> () -> log.add("hooked"));
    try {
      note("plain", 0);
    } finally {
      Schedulers.resetOnScheduleHook("virtual-time-test");
    }

    time.runDue();

    assertThat(log).containsExactly("hooked");
  }

  private Disposable note(String name, long delaySeconds) {
    return scheduler.schedule(
        () -> log.add(name + "@" + time.elapsed().toSeconds()), delaySeconds, TimeUnit.SECONDS);
  }
}
