package dev.parley.text;

/** Texts of others in a form that can forge neither a line of a log nor a terminal's state. */
public final class Printable {
  private Printable() {}

  /** Escapes what is no visible character, and cuts what is longer than {@code max} characters. */
  public static String of(String text, int max) {
    StringBuilder s = new StringBuilder(Math.min(text.length(), max) + 16);
    String cut = cut(text, max);
    cut.codePoints().forEach(c -> append(s, c));
    return cut.length() < text.length() ? s.append("...").toString() : s.toString();
  }

  /** The first {@code max} characters, or one less where that would halve a pair. */
  public static String cut(String text, int max) {
    if (text.length() <= max) {
      return text;
    }
    return text.substring(0, Character.isHighSurrogate(text.charAt(max - 1)) ? max - 1 : max);
  }

  private static void append(StringBuilder s, int codePoint) {
    switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          s.append("\\u{").append(Integer.toHexString(codePoint)).append('}');
      default -> s.appendCodePoint(codePoint);
    }
  }
}
