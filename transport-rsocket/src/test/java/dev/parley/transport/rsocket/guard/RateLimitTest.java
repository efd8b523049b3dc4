package dev.parley.transport.rsocket.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.transport.rsocket.guard.RateLimit.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitTest {
  private static final long SECOND = 1_000_000_000L;

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 100, 20_000, 1_000_000})
  void letsThroughTheRateOverTime(int perSecond) {
    RateLimit limit = new RateLimit(perSecond, 1);
    long start = -SECOND; // clocks may be negative
    long step = SECOND / perSecond / 4; // four times the rate
    int within = 0;
    for (long now = start; now < start + 5 * SECOND; now += step) {
      within += limit.check(now) == Verdict.WITHIN ? 1 : 0;
    }
    assertThat(within).isBetween(6 * perSecond - 2, 6 * perSecond + 6); // one second's worth more
  }

  @Test
  void callsTenTimesTheRateFlood() {
    RateLimit limit = new RateLimit(10, 1);
    long now = 5;
    int flood = 0;
    for (int i = 0; i < 200; i++) {
      flood += limit.check(now) == Verdict.FLOOD ? 1 : 0;
    }
    assertThat(flood).isEqualTo(200 - 91);
    assertThat(limit.check(now + 2 * SECOND)).isEqualTo(Verdict.WITHIN);
  }

  @Test
  void neverCallsNineTimesTheRateFlood() {
    RateLimit limit = new RateLimit(10, 1);
    for (long now = 0; now < 100 * SECOND; now += SECOND / 90) {
      assertThat(limit.check(now)).isNotEqualTo(Verdict.FLOOD);
    }
  }

  @Test
  void limitsNothingAtZero() {
    RateLimit limit = new RateLimit(0, 1);
    for (int i = 0; i < 1_000_000; i++) {
      if (limit.check(0) != Verdict.WITHIN) {
        throw new AssertionError();
      }
    }
  }
}
