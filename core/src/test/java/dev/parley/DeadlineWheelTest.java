package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Hooks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

class DeadlineWheelTest {
  private static final long TICK = DeadlineWheel.TICK_NANOS;

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private long reads;
  private final DeadlineWheel wheel =
      new DeadlineWheel(
          () -> {
            reads++;
            return nanos();
          },
          time);

  private final class Armed extends DeadlineWheel.Entry {
    private final long deadline;
    private int expired;
    private long expiredAt;
    private boolean cancelled;

    Armed(long afterNanos) {
      deadline = nanos() + afterNanos;
      wheel.arm(this, deadline);
    }

    boolean cancel() {
      cancelled = wheel.cancel(this);
      return cancelled;
    }

    @Override
    void expire() {
      expired++;
      expiredAt = nanos();
    }
  }

  private long nanos() {
    return time.now(TimeUnit.NANOSECONDS);
  }

  private void advance(long nanos) {
    time.advanceTimeBy(Duration.ofNanos(nanos));
  }

  @AfterEach
  void resetHooks() {
    Hooks.resetOnErrorDropped();
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.5, 0, 0.001, 0.999, 1, 1.001, 2, 1023, 1024, 1024.5, 1025, 5000})
  void expiresOnceNeverEarlyAndAtMostOneTickLate(double ticks) {
    long after = (long) (ticks * TICK);
    advance(TICK / 3);
    Armed entry = new Armed(after);

    advance(Math.max(0, after) + 3 * TICK);

    assertThat(entry.expired).isEqualTo(1);
    assertThat(entry.expiredAt)
        .isBetween(entry.deadline, Math.max(entry.deadline, after < 0 ? TICK : 0) + TICK);
    assertThat(wheel.size()).isZero();
    assertThat(entry.cancel()).isFalse();
  }

  @Test
  void cancelledEntriesDoNotExpire() {
    Armed entry = new Armed(TICK);

    assertThat(entry.cancel()).isTrue();
    assertThat(entry.cancel()).isFalse();
    advance(10 * TICK);

    assertThat(entry.expired).isZero();
    assertThat(wheel.size()).isZero();
  }

  @Test
  void wakesUpForWhatIsDueAndForNothingElse() {
    Armed late = new Armed(900 * TICK);
    Armed soon = new Armed(5 * TICK);
    Armed answered = new Armed(400 * TICK);
    long armed = reads;
    answered.cancel();

    advance(899 * TICK);
    assertThat(soon.expired).isEqualTo(1);
    assertThat(late.expired).isZero();
    assertThat(reads).isLessThanOrEqualTo(armed + 2); // one wake-up, and when the next is to be

    advance(TICK);
    assertThat(late.expired).isEqualTo(1);
    long last = reads;
    advance(TimeUnit.MINUTES.toNanos(10));
    assertThat(reads).isEqualTo(last);

    Armed later = new Armed(TICK);
    advance(TICK);
    assertThat(later.expired).isEqualTo(1);
  }

  @Test
  void messagesThatAreAnsweredInTimeWakeItUpOnceInATimeout() {
    long start = reads;
    for (int i = 0; i < 10_000; i++) {
      new Armed(500 * TICK).cancel();
      advance(TICK);
    }
    new Armed(500 * TICK).cancel();

    assertThat(reads - start).isLessThan(100);
  }

  @Test
  void anEarlierWakeUpTakesThePlaceOfTheOneThatWaits() {
    ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1);
    executor.setRemoveOnCancelPolicy(true);
    DeadlineWheel real = new DeadlineWheel(this::nanos, Schedulers.fromExecutor(executor));
    for (int i = 0; i < 100; i++) {
      Armed entry = new Armed(TICK);
      entry.cancel();
      real.arm(entry, nanos() + TimeUnit.HOURS.toNanos(100 - i));
    }

    assertThat(executor.getQueue()).hasSize(1);
    executor.shutdownNow();
  }

  @Test
  void theSchedulersEndIsToldToWhoArms() {
    Armed before = new Armed(10 * TICK);
    time.dispose();

    assertThatThrownBy(() -> new Armed(TICK)).isInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(() -> new Armed(TICK)).isInstanceOf(RejectedExecutionException.class);
    assertThat(before.cancel()).isTrue();
  }

  /** On a scheduler of several threads, beside threads that arm and cancel. */
  @Test
  void losesNoWakeUpOnManyThreads() throws Exception {
    Scheduler parallel = Schedulers.newParallel("wheel", 3, true);
    DeadlineWheel shared = new DeadlineWheel(System::nanoTime, parallel);
    int threads = 3;
    int each = 2_000;
    CountDownLatch expired = new CountDownLatch(threads * each / 2);
    AtomicInteger early = new AtomicInteger();
    List<Thread> arming = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      Random random = new Random(t);
      Thread thread =
          new Thread(
              () -> {
                for (int i = 0; i < each; i++) {
                  long deadline = System.nanoTime() + random.nextLong(20 * TICK);
                  DeadlineWheel.Entry entry =
                      new DeadlineWheel.Entry() {
                        @Override
                        void expire() {
                          if (System.nanoTime() - deadline < 0) {
                            early.incrementAndGet();
                          }
                          expired.countDown();
                        }
                      };
                  boolean cancelled = i % 2 == 0;
                  shared.arm(entry, cancelled ? deadline + 6000 * TICK : deadline);
                  if (cancelled) {
                    shared.cancel(entry);
                  }
                }
              });
      arming.add(thread);
      thread.start();
    }
    for (Thread thread : arming) {
      thread.join();
    }

    assertThat(expired.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(early).hasValue(0);
    assertThat(shared.size()).isZero();
    parallel.dispose();
  }

  @Test
  void ticksThatWereMissedAreMadeUpFor() {
    List<Armed> entries = new ArrayList<>();
    long[] skipped = {0};
    DeadlineWheel paused = new DeadlineWheel(() -> nanos() + skipped[0], time);
    for (int i = 0; i < 2000; i++) {
      Armed entry = new Armed(TimeUnit.DAYS.toNanos(1));
      entry.cancel();
      paused.arm(entry, nanos() + i * TICK);
      entries.add(entry);
    }

    skipped[0] = 3000 * TICK;
    advance(2 * TICK);

    assertThat(entries).allMatch(entry -> entry.expired == 1);
    assertThat(paused.size()).isZero();
  }

  @Test
  void anEntryThatThrowsDoesNotTakeOthersWithIt() {
    List<Throwable> dropped = new ArrayList<>();
    Hooks.onErrorDropped(dropped::add);
    List<Armed> entries = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      entries.add(new Armed(TICK));
      DeadlineWheel.Entry throwing =
          new DeadlineWheel.Entry() {
            @Override
            void expire() {
              throw new IllegalStateException("a subscriber's defect");
            }
          };
      wheel.arm(throwing, nanos() + TICK);
    }

    advance(3 * TICK);

    assertThat(entries).allMatch(entry -> entry.expired == 1);
    assertThat(dropped).hasSize(3);
    assertThat(wheel.size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void keepsItsPromisesUnderRandomUse(long seed) {
    Random random = new Random(seed);
    List<Armed> all = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      switch (random.nextInt(4)) {
        case 0 -> {
          if (!all.isEmpty()) {
            Armed entry = all.get(random.nextInt(all.size()));
            if (!entry.cancelled) {
              assertThat(entry.cancel()).isEqualTo(entry.expired == 0);
            }
          }
        }
        case 1 -> advance(random.nextInt((int) (3 * TICK)));
        default -> {
          long reach = random.nextBoolean() ? 20 * TICK : 3000 * TICK;
          all.add(new Armed(random.nextLong(reach) - TICK));
        }
      }
      if (i % 100 == 0) {
        assertThat(wheel.size())
            .isEqualTo((int) all.stream().filter(e -> e.expired == 0 && !e.cancelled).count());
      }
    }
    advance(3100 * TICK);

    assertThat(wheel.size()).isZero();
    for (Armed entry : all) {
      assertThat(entry.expired).isEqualTo(entry.cancelled ? 0 : 1);
      if (!entry.cancelled) {
        assertThat(entry.expiredAt - entry.deadline).isBetween(0L, 3 * TICK);
      }
    }
  }
}
