package dev.parley.observability.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricsFormatTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*/* | TEXT",
        "text/html | TEXT",
        "text/plain | TEXT",
        "application/openmetrics-text | OPEN_METRICS",
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
            + " | OPEN_METRICS",
        "application/openmetrics-text;q=0.3, text/plain;q=0.5 | TEXT",
        "application/*, text/plain;q=0.2 | OPEN_METRICS",
        "application/openmetrics-text;q=0 | TEXT",
        "application/openmetrics-text;q=x | TEXT",
        "*/*, application/openmetrics-text;q=0.1 | TEXT",
        ";;,,;q= | TEXT",
      })
  void choosesWhatIsPreferred(String accept, MetricsFormat expected) {
    assertThat(MetricsFormat.of(accept)).isEqualTo(expected);
  }

  @Test
  void isTextWhereNothingIsAsked() {
    assertThat(MetricsFormat.of(null)).isEqualTo(MetricsFormat.TEXT);
  }
}
