package dev.parley.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

class SimSchedulerTest {
  private final SimScheduler scheduler = SimScheduler.create();
  private final List<String> ran = new ArrayList<>();

  private Disposable at(long nanos, String name) {
    return scheduler.schedule(() -> ran.add(name), nanos, TimeUnit.NANOSECONDS);
  }

  @Test
  void runsByTimeThenByOrder() {
    at(20, "c");
    at(10, "a");
    at(10, "b");
    scheduler.schedule(() -> ran.add("now"));

    scheduler.runUntil(20);

    assertThat(ran).containsExactly("now", "a", "b", "c");
    assertThat(scheduler.nanos()).isEqualTo(20);
  }

  @Test
  void stopsAtTheGivenTime() {
    at(10, "a");
    at(11, "b");

    scheduler.runUntil(10);

    assertThat(ran).containsExactly("a");
    assertThat(scheduler.now(TimeUnit.NANOSECONDS)).isEqualTo(10);
  }

  @Test
  void keepsOrderAmongManyAndForgetsCancelledOnes() {
    SimRandom random = new SimRandom(3);
    List<Disposable> tasks = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      long time = 1 + random.nextInt(1_000_000);
      tasks.add(at(time, String.format("%07d", time)));
    }
    for (int i = 0; i < tasks.size(); i++) {
      if (i % 8 != 0) {
        tasks.get(i).dispose();
      }
    }
    for (int i = 0; i < 20_000; i++) {
      at(2_000_000 + i, "x");
    }
    assertThat(scheduler.pending()).as("compacted").isLessThan(40_000);

    scheduler.runUntil(1_000_000);

    assertThat(ran).hasSize(2500).isSorted();
  }

  @Test
  void aDisposedWorkerRunsNothingAndTakesNothing() {
    Scheduler.Worker worker = scheduler.createWorker();
    worker.schedule(() -> ran.add("lost"), 5, TimeUnit.NANOSECONDS);
    worker.dispose();

    scheduler.runUntil(10);

    assertThat(ran).isEmpty();
    assertThatExceptionOfType(RejectedExecutionException.class)
        .isThrownBy(() -> worker.schedule(() -> {}));
  }

  @Test
  void stopsWhenItIsEnough() {
    at(10, "a");
    at(20, "b");

    assertThat(scheduler.runUntil(100, () -> ran.size() == 1)).isTrue();
    assertThat(ran).containsExactly("a");
  }
}
