package dev.parley.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StolenTimeTest {
  private static final long[] BEFORE = StolenTime.parse("cpu  100 0 50 1000 0 0 0 10 0 0");

  @Test
  void isAPartOfTheTimeThatWasWanted() {
    long[] after = StolenTime.parse("cpu  130 0 80 9000 7 0 0 50 0 0");

    assertThat(StolenTime.share(BEFORE, after)).hasValue(0.4);
  }

  @Test
  void isNoneWhereNothingRan() {
    assertThat(StolenTime.share(BEFORE, BEFORE)).hasValue(0);
  }

  @Test
  void isNotKnownWhereItIsNotCounted() {
    assertThat(StolenTime.share(new long[0], new long[0])).isEmpty();
  }
}
