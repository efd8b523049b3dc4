package dev.parley.settings;

import org.jspecify.annotations.Nullable;

/** The values that a setting may have, from its declaration: {@code 1 to 32}. */
final class Range {
  /** Of what is no single value. */
  static final Range NONE = new Range("", null, null);

  private static final String TO = " to ";
  private static final String OR_MORE = " or more";

  private final String text;
  private final @Nullable Object min;
  private final @Nullable Object max;

  private Range(String text, @Nullable Object min, @Nullable Object max) {
    this.text = text;
    this.min = min;
    this.max = max;
  }

  /** Reads {@code A to B}, {@code A or more} or nothing. */
  static Range of(String text, ValueType type) {
    if (text.isEmpty()) {
      return new Range(type.choices(), null, null);
    }
    if (text.endsWith(OR_MORE)) {
      String min = text.substring(0, text.length() - OR_MORE.length());
      return new Range(text, type.readBound(min), null);
    }
    String[] ends = text.split(TO, -1);
    if (ends.length != 2) {
      throw new IllegalStateException("range is \"" + text + "\", must be \"A to B\"");
    }
    return new Range(text, type.readBound(ends[0]), type.readBound(ends[1]));
  }

  boolean has(Object measure) {
    return (min == null || ValueType.compare(measure, min) >= 0)
        && (max == null || ValueType.compare(measure, max) <= 0);
  }

  /** The value, or the end of the range that is nearest. */
  Object nearest(Object measure) {
    if (min != null && ValueType.compare(measure, min) < 0) {
      return min;
    }
    return max != null && ValueType.compare(measure, max) > 0 ? max : measure;
  }

  @Override
  public String toString() {
    return text;
  }
}
