package dev.parley.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a reader can take in: no main file is too long, no package too full. */
class SizesTest {
  private static final int MAX_LINES = 400;
  private static final int MAX_TYPES = 40;

  @Test
  void noMainFileIsTooLong() {
    Set<String> tooLong = new TreeSet<>();
    for (Path file : mainFiles()) {
      if (lines(file) > MAX_LINES) {
        tooLong.add(String.valueOf(file.getFileName()));
      }
    }

    assertThat(tooLong).isEmpty();
  }

  @Test
  void noPackageIsTooFull() {
    Map<String, Integer> types = new TreeMap<>();
    for (Path file : mainFiles()) {
      String name = String.valueOf(file.getFileName());
      if (!name.equals("package-info.java") && !name.equals("module-info.java")) {
        types.merge(packageOf(file), 1, Integer::sum);
      }
    }

    Set<String> full = new TreeSet<>();
    types.forEach((name, count) -> full.addAll(count > MAX_TYPES ? Set.of(name) : Set.of()));
    assertThat(full).isEmpty();
  }

  private static String packageOf(Path file) {
    String path = String.valueOf(file.getParent()).replace('\\', '/');
    String sources = "src/main/java/";
    return path.substring(path.indexOf(sources) + sources.length());
  }

  private static Set<Path> mainFiles() {
    Set<Path> files = new TreeSet<>();
    try (Stream<Path> modules = Files.list(SourceTree.root())) {
      for (Path module : modules.toList()) {
        Path sources = module.resolve("src/main/java");
        if (Files.isDirectory(sources)) {
          try (Stream<Path> all = Files.walk(sources)) {
            all.filter(file -> file.toString().endsWith(".java")).forEach(files::add);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(files).hasSizeGreaterThan(300);
    return files;
  }

  private static long lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
