package dev.parley.transport.vectors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The values that PROTOCOL.md prints. */
public final class ProtocolDocument {
  private static final Pattern EXAMPLE = Pattern.compile("([A-Z][A-Za-z_()0-9 ]*) `([0-9a-f ]+)`");

  private ProtocolDocument() {}

  /** The derivations of the section on test vectors, by their labels. */
  public static Map<String, String> derivations() {
    String section = between(text(), "\n## 21. Test vectors\n", null);
    Map<String, String> values = new LinkedHashMap<>();
    String label = "";
    for (String line : between(section, "```\n", "```").split("\n")) {
      String[] parts = line.split(" {2,}", 2);
      label = parts[0].isEmpty() ? label : parts[0];
      values.merge(label, parts.length == 1 ? "" : parts[1], String::concat);
    }
    return values;
  }

  /** The examples of control records, by their names. */
  public static Map<String, String> controlExamples() {
    String examples = between(text(), "\nExamples of inner: ", "\n\n").replace('\n', ' ');
    Map<String, String> values = new LinkedHashMap<>();
    Matcher matcher = EXAMPLE.matcher(examples);
    while (matcher.find()) {
      values.put(matcher.group(1), matcher.group(2).replace(" ", ""));
    }
    return values;
  }

  private static String between(String text, String start, String end) {
    int from = text.indexOf(start) + start.length();
    if (from < start.length()) {
      throw new IllegalStateException("PROTOCOL.md has no " + start.strip());
    }
    return text.substring(from, end == null ? text.length() : text.indexOf(end, from));
  }

  private static String text() {
    Path here = Path.of("PROTOCOL.md").toAbsolutePath();
    Path file = Files.exists(here) ? here : here.getParent().resolveSibling("PROTOCOL.md");
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
