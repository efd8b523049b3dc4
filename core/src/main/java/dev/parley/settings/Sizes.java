package dev.parley.settings;

import java.util.List;

/** Whole numbers as texts; bytes with units: {@code 64KiB}, {@code 4MiB}, {@code 1GiB}. */
final class Sizes {
  private static final List<String> UNITS = List.of("", "KiB", "MiB", "GiB", "TiB");
  private static final int STEP = 10; // bits from one unit to the next

  private Sizes() {}

  /**
   * Reads a number; every one may have a unit.
   *
   * @throws IllegalArgumentException that begins with "must be"
   */
  static long read(String text) {
    for (int i = UNITS.size() - 1; i >= 0; i--) {
      if (text.endsWith(UNITS.get(i))) {
        String digits = text.substring(0, text.length() - UNITS.get(i).length()).strip();
        try {
          return Math.multiplyExact(Long.parseLong(digits), 1L << (STEP * i));
        } catch (ArithmeticException | NumberFormatException e) {
          break;
        }
      }
    }
    throw new IllegalArgumentException("must be a whole number such as 1024, 64KiB or 4MiB");
  }

  /** Bytes in the largest unit that says them exactly. */
  static String write(long bytes) {
    int unit = 0;
    long amount = bytes;
    while (amount != 0 && unit < UNITS.size() - 1 && amount % (1 << STEP) == 0) {
      amount >>= STEP;
      unit++;
    }
    return amount + UNITS.get(unit);
  }
}
