package dev.parley.transport.rsocket;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PaddingTest {

  @ParameterizedTest
  @CsvSource({
    "1,1",
    "2,2",
    "9,10",
    "63,64",
    "64,64",
    "65,72",
    "100,104",
    "1000,1024",
    "1025,1088",
    "32768,32768",
    "32769,34816",
    "65519,65536"
  })
  void padmeKeepsTheLeadingBits(int length, int padded) {
    assertThat(Padding.PADME.padded(length)).isEqualTo(padded);
  }

  @ParameterizedTest
  @CsvSource({"1,64", "61,64", "62,128", "63,128", "64,64", "65,128", "128,128"})
  void blockMovesOnWherePaddingWouldBeTooShort(int length, int target) {
    assertThat(Padding.BLOCK_64.target(length, 65_519)).isEqualTo(target);
  }

  @ParameterizedTest
  @EnumSource(Padding.class)
  void targetsAreLegalForEveryLength(Padding padding) {
    int limit = 32_768;
    for (int length = 10; length <= limit; length++) {
      int target = padding.target(length, limit);
      assertThat(target).isBetween(length, limit);
      assertThat(target - length).isNotIn(1, 2);
      if (length > 200) {
        assertThat(target).isLessThanOrEqualTo((int) (length * 1.12) + 66);
      }
    }
  }

  @Test
  void noneAddsNothing() {
    assertThat(Padding.NONE.target(4_711, 65_519)).isEqualTo(4_711);
  }
}
