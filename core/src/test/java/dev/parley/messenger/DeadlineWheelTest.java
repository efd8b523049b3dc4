package dev.parley.messenger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
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
          time,
          Runnable::run);

  private final class Armed extends DeadlineWheel.Entry {
    private final long deadline;
    private int expired;
    private int shutDown;
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

    @Override
    void shutDown() {
      shutDown++;
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
    DeadlineWheel real =
        new DeadlineWheel(this::nanos, Schedulers.fromExecutor(executor), Runnable::run);
    for (int i = 0; i < 100; i++) {
      Armed entry = new Armed(TICK);
      entry.cancel();
      real.arm(entry, nanos() + TimeUnit.HOURS.toNanos(100 - i));
    }

    assertThat(executor.getQueue()).hasSize(1);
    executor.shutdownNow();
  }

  @Test
  void whatIsArmedAfterTheSchedulersEndIsShutDown() {
    Armed before = new Armed(10 * TICK);
    time.dispose();

    assertThat(new Armed(TICK).shutDown).isEqualTo(1);
    assertThat(new Armed(TICK).shutDown).isEqualTo(1);
    assertThat(before.cancel()).isTrue();
    assertThat(wheel.size()).isZero();
  }

  @Test
  void noneWaitsForADeadlineThatNobodyKeeps() {
    DeadlineWheel.Entry last =
        new DeadlineWheel.Entry() {
          @Override
          void expire() {
            time.dispose();
          }

          @Override
          void shutDown() {
            throw new AssertionError("it has expired");
          }
        };
    wheel.arm(last, nanos() + TICK);
    Armed later = new Armed(10 * TICK);

    time.advanceTimeBy(Duration.ofNanos(TICK));

    assertThat(later.shutDown).isEqualTo(1);
  }

  @Test
  void closingShutsDownWhatIsArmedAndAllThatFollows() {
    Armed armed = new Armed(TICK);
    Armed rounds = new Armed(5_000 * TICK);
    Armed other = new Armed(TICK);
    wheel.close(entry -> entry != other);

    Armed late = new Armed(TICK);

    assertThat(List.of(armed.shutDown, rounds.shutDown, other.shutDown, late.shutDown))
        .containsExactly(1, 1, 0, 1);
    wheel.close(entry -> true);
    wheel.close(entry -> true);
    assertThat(other.shutDown).isEqualTo(1);
    time.advanceTimeBy(Duration.ofMinutes(2));
    assertThat(armed.expired + rounds.expired + other.expired + late.expired).isZero();
    assertThat(wheel.size()).isZero();
  }

  /** A handler that is called while its node closes is armed after it was called. */
  @Test
  void whatIsNotClosedYetWaitsAlsoWhenItIsArmedLate() {
    Armed early = new Armed(TICK);
    wheel.close(entry -> entry == early);

    Armed late = new Armed(TICK);
    time.advanceTimeBy(Duration.ofMinutes(2));

    assertThat(List.of(late.shutDown, late.expired)).containsExactly(0, 0);
    wheel.close(entry -> true);
    assertThat(late.shutDown).isEqualTo(1);
    assertThat(wheel.size()).isZero();
  }

  /** Each entry ends once, whatever it meets: its deadline, its cancelling, the close. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void losesNoEntryThatIsArmedWhileItCloses(int seed) throws Exception {
    Scheduler parallel = Schedulers.newParallel("wheel", 2, true);
    DeadlineWheel shared = new DeadlineWheel(System::nanoTime, parallel, Runnable::run);
    int each = 5_000;
    CountDownLatch over = new CountDownLatch(2 * each);
    AtomicInteger ends = new AtomicInteger();
    List<Thread> arming = new ArrayList<>();
    CountDownLatch some = new CountDownLatch(seed * 500);
    for (int t = 0; t < 2; t++) {
      Random random = new Random(seed * 2L + t);
      Thread thread =
          new Thread(
              () -> {
                for (int i = 0; i < each; i++) {
                  Ending entry = new Ending(over, ends);
                  shared.arm(entry, System.nanoTime() + random.nextLong(20 * TICK));
                  some.countDown();
                  if (random.nextInt(3) == 0 && shared.cancel(entry)) {
                    entry.ended();
                  }
                }
              });
      arming.add(thread);
      thread.start();
    }
    try {
      assertThat(some.await(20, TimeUnit.SECONDS)).isTrue();
      shared.close(entry -> true);
      assertThat(over.await(20, TimeUnit.SECONDS)).isTrue();
    } finally {
      for (Thread thread : arming) {
        thread.join();
      }
      parallel.dispose();
    }
    assertThat(ends).hasValue(2 * each);
    assertThat(shared.size()).isZero();
  }

  private static final class Ending extends DeadlineWheel.Entry {
    private final CountDownLatch over;
    private final AtomicInteger ends;

    Ending(CountDownLatch over, AtomicInteger ends) {
      this.over = over;
      this.ends = ends;
    }

    void ended() {
      ends.incrementAndGet();
      over.countDown();
    }

    @Override
    void expire() {
      ended();
    }

    @Override
    void shutDown() {
      ended();
    }
  }

  /** On a scheduler of several threads, beside threads that arm and cancel. */
  @Test
  void losesNoWakeUpOnManyThreads() throws Exception {
    Scheduler parallel = Schedulers.newParallel("wheel", 3, true);
    DeadlineWheel shared = new DeadlineWheel(System::nanoTime, parallel, Runnable::run);
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
                        void shutDown() {
                          throw new AssertionError("not closed");
                        }

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
    DeadlineWheel paused = new DeadlineWheel(() -> nanos() + skipped[0], time, Runnable::run);
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
            void shutDown() {
              throw new AssertionError("not closed");
            }

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

  @Test
  void whatIsDueEndsElsewhereSoThatTheTimerGoesOn() {
    List<Runnable> elsewhere = new ArrayList<>();
    DeadlineWheel apart = new DeadlineWheel(this::nanos, time, elsewhere::add);
    AtomicInteger expired = new AtomicInteger();
    for (int i = 1; i <= 3; i++) {
      apart.arm(
          new DeadlineWheel.Entry() {
            @Override
            void expire() {
              expired.incrementAndGet();
            }

            @Override
            void shutDown() {}
          },
          nanos() + i * TICK);
    }

    advance(10 * TICK);

    assertThat(apart.size()).isZero();
    assertThat(expired).hasValue(0);
    elsewhere.forEach(Runnable::run);
    assertThat(expired).hasValue(3);
  }

  @ParameterizedTest
  @ValueSource(classes = {OutOfMemoryError.class, NoClassDefFoundError.class})
  void anErrorOfOneEntryCostsTheOthersNothing(Class<? extends Error> kind) throws Exception {
    Error error = kind.getConstructor().newInstance();
    List<Throwable> dropped = new ArrayList<>();
    Hooks.onErrorDropped(dropped::add);
    try {
      DeadlineWheel.Entry throwing =
          new DeadlineWheel.Entry() {
            @Override
            void expire() {
              throw error;
            }

            @Override
            void shutDown() {}
          };
      Armed before = new Armed(TICK);
      wheel.arm(throwing, nanos() + TICK);
      Armed beside = new Armed(TICK);
      Armed later = new Armed(5 * TICK);

      advance(10 * TICK);

      assertThat(before.expired + beside.expired + later.expired).isEqualTo(3);
      assertThat(dropped).containsExactly(error);
    } finally {
      Hooks.resetOnErrorDropped();
    }
  }
}
