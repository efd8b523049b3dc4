package dev.parley.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DurationsTest {
  private final Durations durations = new Durations();

  @Test
  void readsMillisecondsSecondsAndMinutes() {
    assertThat(durations.convert("500ms")).isEqualTo(Duration.ofMillis(500));
    assertThat(durations.convert("5s")).isEqualTo(Duration.ofSeconds(5));
    assertThat(durations.convert("2m")).isEqualTo(Duration.ofMinutes(2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "s", "-5s", "5 s", "1.5s", "5S", "9999999999s", "5s "})
  void refusesOtherForms(String text) {
    assertThatThrownBy(() -> durations.convert(text)).isInstanceOf(TypeConversionException.class);
  }

  @Test
  void showsMillisecondsToTheMicrosecond() {
    assertThat(Durations.millis(Duration.ofNanos(1_234_567))).isEqualTo(1.235);
  }
}
