package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Hooks;
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
    assertThat(entry.expiredAt).isBetween(entry.deadline, Math.max(entry.deadline, 0) + 2 * TICK);
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
  void ticksOnlyWhileSomethingIsArmed() {
    new Armed(5 * TICK);
    advance(TimeUnit.SECONDS.toNanos(11)); // once around, and every slot was empty
    long ticked = reads;

    advance(TimeUnit.SECONDS.toNanos(60));

    assertThat(reads).isEqualTo(ticked);
    Armed later = new Armed(TICK);
    advance(3 * TICK);
    assertThat(later.expired).isEqualTo(1);
    assertThat(reads).isGreaterThan(ticked);
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
