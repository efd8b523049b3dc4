package dev.parley.delegation;

import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a call: what the conditions of its claim were held against is what the function
 * gets. Immutable.
 */
public final class Arguments {
  private final Map<String, String> values;

  Arguments(Map<String, String> values) {
    this.values = values;
  }

  /**
   * An argument as a text.
   *
   * @throws NoSuchElementException if it is missing
   */
  public String text(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new NoSuchElementException("the call has no argument '" + name + "'");
    }
    return value;
  }

  /**
   * An argument as a number.
   *
   * @throws NoSuchElementException if it is missing, or no whole number of 64 bits
   */
  public long number(String name) {
    Long value = numberOrNull(name);
    if (value == null) {
      throw new NoSuchElementException("the call has no whole number as argument '" + name + "'");
    }
    return value;
  }

  @Nullable String textOrNull(String name) {
    return values.get(name);
  }

  /** Decimal digits without leading zeros, and a minus before them where it is below zero. */
  @Nullable Long numberOrNull(String name) {
    String value = values.get(name);
    if (value == null || !value.matches("0|-?[1-9][0-9]{0,18}")) {
      return null;
    }
    try {
      return Long.valueOf(value);
    } catch (NumberFormatException e) {
      return null; // beyond 64 bits
    }
  }
}
