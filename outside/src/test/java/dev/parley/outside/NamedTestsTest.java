package dev.parley.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documents promise is held by tests, which they name and which exist. */
class NamedTestsTest {
  private static final Pattern NAME = Pattern.compile("`([A-Z]\\w+(?:Test|IT))(?:\\.(\\w+))?`");

  private static String page(String name) throws IOException {
    return Files.readString(SourceTree.root().resolve("docs").resolve(name));
  }

  private static Set<String> sources() throws IOException {
    try (Stream<Path> modules = Files.list(SourceTree.root())) {
      return modules
          .map(module -> module.resolve("src/test/java"))
          .filter(Files::isDirectory)
          .flatMap(NamedTestsTest::files)
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Stream<String> files(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".java"))
          .map(name -> name.substring(0, name.length() - ".java".length()))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"threat-model.md", "reliability.md"})
  void everyTestThatIsNamedExists(String page) throws IOException {
    List<String> named =
        NAME.matcher(page(page)).results().map(match -> match.group(1)).distinct().toList();

    assertThat(named).isNotEmpty();
    assertThat(sources()).containsAll(named);
  }

  @Test
  void everyRowOfTheThreatModelNamesATest() throws IOException {
    List<String> rows =
        page("threat-model.md")
            .lines()
            .filter(line -> line.startsWith("| ") && !line.startsWith("| adversary"))
            .toList();

    assertThat(rows).hasSizeGreaterThan(10);
    assertThat(rows)
        .allSatisfy(
            row -> assertThat(NAME.matcher(row).results().map(MatchResult::group)).isNotEmpty());
  }
}
