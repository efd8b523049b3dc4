package dev.parley.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MockClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

class CoarseClockTest {
  private final MockClock exact = new MockClock();
  private final VirtualTimeScheduler ticker = VirtualTimeScheduler.create();
  private final CoarseClock clock = CoarseClock.start(exact, ticker);

  private void pass(Duration duration) {
    exact.add(duration);
    ticker.advanceTimeBy(duration);
  }

  @Test
  void wallTimeIsAtMostATenthOfASecondOld() {
    long start = exact.wallTime();

    pass(Duration.ofMillis(99));
    assertThat(clock.wallTime()).isEqualTo(start);
    pass(Duration.ofMillis(1));
    assertThat(clock.wallTime()).isEqualTo(start + 100);
  }

  @Test
  void durationsAreExact() {
    long start = clock.monotonicTime();

    exact.add(Duration.ofNanos(7));

    assertThat(clock.monotonicTime() - start).isEqualTo(7);
  }

  @Test
  void isExactOnceItIsDisposed() {
    clock.dispose();
    pass(Duration.ofMillis(30));

    assertThat(clock.isDisposed()).isTrue();
    assertThat(clock.wallTime()).isEqualTo(exact.wallTime());
  }
}
