package dev.parley.outside;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A fenced block of a Markdown page, such as {@code ```sh no-run="needs a cluster"}.
 *
 * <p>Attributes behind the language say how the block is proved. Without any, {@code sh} and {@code
 * java} blocks are run as they stand by {@link ReadmeIT} and {@link PagesIT}.
 *
 * <ul>
 *   <li>{@code no-run="why"}: it cannot be run here
 *   <li>{@code run-by="Class"}: this test of the module runs it, in a form of its own
 *   <li>{@code region=Class#name}: a test of the examples module holds the same text
 *   <li>{@code jdk="21"}: it needs this JDK or a newer one
 * </ul>
 */
record Fence(Path page, int line, String language, Map<String, String> attributes, String text) {
  private static final Pattern OPEN = Pattern.compile("^ *```+(\\w*) *(.*)$");
  private static final Pattern ATTRIBUTE = Pattern.compile("([\\w-]+)=(?:\"([^\"]*)\"|(\\S+))");

  /** All pages of the source tree. */
  static List<Path> pages() {
    try (Stream<Path> files = Files.walk(SourceTree.root())) {
      return files
          .filter(f -> f.toString().endsWith(".md"))
          .filter(f -> !f.toString().contains("/target/") && !f.toString().contains("/."))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The blocks of a page, in order. */
  static List<Fence> of(Path page) {
    List<Fence> fences = new ArrayList<>();
    List<String> lines;
    try {
      lines = Files.readAllLines(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (int i = 0; i < lines.size(); i++) {
      Matcher open = OPEN.matcher(lines.get(i));
      if (!open.matches()) {
        continue;
      }
      int start = i + 1;
      StringBuilder text = new StringBuilder();
      for (i++; i < lines.size() && !lines.get(i).strip().startsWith("```"); i++) {
        text.append(lines.get(i)).append('\n');
      }
      Map<String, String> attributes = attributes(open.group(2));
      fences.add(new Fence(page, start, open.group(1), attributes, text.toString()));
    }
    return fences;
  }

  private static Map<String, String> attributes(String text) {
    Map<String, String> attributes = new LinkedHashMap<>();
    Matcher matcher = ATTRIBUTE.matcher(text);
    while (matcher.find()) {
      String quoted = matcher.group(2);
      attributes.put(matcher.group(1), quoted != null ? quoted : matcher.group(3));
    }
    return attributes;
  }

  /** Whether it is run as it stands. */
  boolean isRun() {
    return (language.equals("sh") || language.equals("java"))
        && !attributes.containsKey("no-run")
        && !attributes.containsKey("run-by")
        && !attributes.containsKey("region");
  }

  /** The page and line, to be clicked on. */
  String where() {
    return SourceTree.root().relativize(page) + ":" + line;
  }
}
