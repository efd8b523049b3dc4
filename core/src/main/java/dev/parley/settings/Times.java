package dev.parley.settings;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as texts: {@code 250ms}, {@code 5s}, {@code 10m}, {@code 2h}, {@code 1d}. */
final class Times {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
  private static final Map<Long, String> UNITS =
      new TreeMap<>(Map.of(1L, "ms", 1000L, "s", 60_000L, "m", 3_600_000L, "h", 86_400_000L, "d"));

  private Times() {}

  /**
   * Reads one of these, a zero, or the form of ISO 8601.
   *
   * @throws IllegalArgumentException that begins with "must be"
   */
  static Duration read(String text) {
    Matcher m = FORM.matcher(text);
    if (m.matches()) {
      long amount = Long.parseLong(m.group(1));
      for (Map.Entry<Long, String> unit : UNITS.entrySet()) {
        if (unit.getValue().equals(m.group(2))) {
          return Duration.ofMillis(amount * unit.getKey());
        }
      }
    }
    try {
      return text.equals("0") ? Duration.ZERO : Duration.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "must be a duration such as 500ms, 5s, 2m, 1h or 1d, not " + text, e);
    }
  }

  /** In the largest unit that says it exactly. */
  static String write(Duration time) {
    if (time.isZero()) {
      return "0";
    }
    if (time.isNegative() || time.toNanosPart() % 1_000_000 != 0) {
      return time.toString();
    }
    long millis = time.toMillis();
    String text = millis + "ms";
    for (Map.Entry<Long, String> unit : UNITS.entrySet()) {
      if (millis % unit.getKey() == 0) {
        text = millis / unit.getKey() + unit.getValue();
      }
    }
    return text;
  }
}
