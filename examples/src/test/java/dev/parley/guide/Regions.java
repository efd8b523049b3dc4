package dev.parley.guide;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The named regions of a source file of this module, without their common indentation. */
record Regions(Path file, Map<String, String> texts) {
  private static final String START = "// region ";
  private static final String END = "// endregion";

  /** Those of a class of this module, by its simple name. */
  static Regions of(String className) {
    return sources().stream()
        .filter(f -> f.endsWith(className + ".java"))
        .map(Regions::read)
        .findFirst()
        .orElseThrow(() -> new AssertionError("there is no class " + className));
  }

  static List<Path> sources() {
    try (Stream<Path> files = Files.walk(Page.root().resolve("examples/src"))) {
      return files.filter(f -> f.toString().endsWith(".java")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Regions read(Path file) {
    Map<String, String> texts = new LinkedHashMap<>();
    List<String> lines = new ArrayList<>();
    String name = "";
    try {
      for (String line : Files.readAllLines(file)) {
        String code = line.strip();
        if (code.startsWith(START)) {
          name = code.substring(START.length());
          lines.clear();
        } else if (code.equals(END) && !name.isEmpty()) {
          texts.put(name, outdented(lines));
          name = "";
        } else if (!name.isEmpty()) {
          lines.add(line);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Regions(file, texts);
  }

  private static String outdented(List<String> lines) {
    int indent =
        lines.stream()
            .filter(l -> !l.isBlank())
            .mapToInt(l -> l.length() - l.stripLeading().length())
            .min()
            .orElse(0);
    return lines.stream()
        .map(l -> (l.isBlank() ? "" : l.substring(indent)) + "\n")
        .collect(Collectors.joining());
  }

  Set<String> names() {
    return texts.keySet();
  }

  String text(String region) {
    String text = texts.get(region);
    if (text == null) {
      throw new AssertionError(file.getFileName() + " has no region " + region);
    }
    return text;
  }
}
