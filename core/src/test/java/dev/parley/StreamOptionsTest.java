package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StreamOptionsTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  void timeoutIsTheDefaultsWithADeadline() {
    StreamOptions options = StreamOptions.timeout(MINUTE);

    assertThat(options.timeout()).isEqualTo(MINUTE);
    assertThat(options.route()).isEmpty();
    assertThat(options.openTimeout()).isEqualTo(StreamOptions.DEFAULT_OPEN_TIMEOUT);
    assertThat(options.idleTimeout()).isZero();
  }

  @Test
  void eachSetterKeepsTheOthers() {
    StreamOptions options =
        StreamOptions.to("ticks")
            .openTimeout(Duration.ofSeconds(1))
            .withTimeout(MINUTE)
            .idleTimeout(Duration.ofSeconds(2));

    assertThat(options.route()).isEqualTo("ticks");
    assertThat(options.openTimeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(options.timeout()).isEqualTo(MINUTE);
    assertThat(options.idleTimeout()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void refusesATimeoutOutOfRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StreamOptions.timeout(Duration.ZERO))
        .withMessageStartingWith("timeout is PT0S, must be PT0.001S..");
  }
}
