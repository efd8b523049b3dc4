package dev.parley.delegation.chain;

import java.util.Objects;

/**
 * Names one function, all below a path ({@code ledger/*}), or all ({@code *}).
 *
 * @param text 1 to {@value #MAX_LENGTH} characters: {@code a-z 0-9 . _ -}, segments between single
 *     slashes, and as last segment possibly a star
 */
public record FunctionPattern(String text) implements Comparable<FunctionPattern> {
  /** The longest name or pattern. */
  public static final int MAX_LENGTH = 200;

  /** Refuses what is no pattern. */
  public FunctionPattern {
    Objects.requireNonNull(text, "text");
    if (!isStar(text)) {
      requireName(text.endsWith("/*") ? text.substring(0, text.length() - 2) : text);
    }
    if (text.length() > MAX_LENGTH) {
      throw tooLong(text);
    }
  }

  /**
   * The name of a function itself.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static String requireName(String name) {
    if (name.isEmpty() || name.length() > MAX_LENGTH) {
      throw tooLong(name);
    }
    boolean segment = false;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '/' ? !segment : !isPlain(c)) {
        throw new IllegalArgumentException(
            "a function's name is made of a-z, 0-9, '.', '_' and '-', and of '/' between them;"
                + " character "
                + (i + 1)
                + " is not");
      }
      segment = c != '/';
    }
    if (!segment) {
      throw new IllegalArgumentException("a function's name does not end in '/'");
    }
    return name;
  }

  private static boolean isStar(String text) {
    return text.equals("*");
  }

  private static boolean isPlain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  }

  private static IllegalArgumentException tooLong(String text) {
    return new IllegalArgumentException(
        "a function's name has 1.." + MAX_LENGTH + " characters, not " + text.length());
  }

  /** Whether it names this function. */
  public boolean matches(String function) {
    return isStar(text)
        || (text.endsWith("/*")
            ? function.startsWith(text.substring(0, text.length() - 1))
            : function.equals(text));
  }

  @Override
  public int compareTo(FunctionPattern other) {
    return text.compareTo(other.text); // ASCII only, so also the order of the bytes
  }

  @Override
  public String toString() {
    return text;
  }
}
