package dev.parley.settings;

/** Default values, from their declaration. */
final class Defaults {
  private static final String SEPARATOR = ", ";

  private Defaults() {}

  /** The value of a text that may begin with a word for what this machine has. */
  static Object read(String text, ValueType type) {
    int comma = text.indexOf(SEPARATOR);
    String first = comma < 0 ? text : text.substring(0, comma);
    long amount = ofMachine(first);
    if (amount < 0) {
      return type.read(text);
    }
    Object value = type.read(Long.toString(amount));
    return comma < 0
        ? value
        : Range.of(text.substring(comma + SEPARATOR.length()), type).nearest(value);
  }

  private static long ofMachine(String word) {
    Runtime machine = Runtime.getRuntime();
    return switch (word) {
      case "processors" -> machine.availableProcessors();
      case "quarter of the heap" -> machine.maxMemory() / 4;
      case "half of the heap" -> machine.maxMemory() / 2;
      default -> -1;
    };
  }
}
