package dev.parley.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The commands and programs of all other pages, as they stand there: those of one page in one
 * shell, from top to bottom.
 */
class PagesIT {
  static Stream<Path> pagesWithCommands() {
    return pages("sh");
  }

  static Stream<Path> pagesWithPrograms() {
    return pages("java");
  }

  private static Stream<Path> pages(String language) {
    return Fence.pages().stream()
        .filter(page -> !page.equals(SourceTree.root().resolve("README.md")))
        .filter(page -> !run(page, language).isEmpty())
        .map(page -> SourceTree.root().relativize(page));
  }

  private static List<Fence> run(Path page, String language) {
    return Fence.of(page).stream().filter(f -> f.isRun() && f.language().equals(language)).toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pagesWithCommands")
  void commandsWork(Path page, @TempDir Path scratch) throws Exception {
    List<Fence> blocks = run(SourceTree.root().resolve(page), "sh");
    ShellSession session = ShellSession.run(blocks, scratch, Duration.ofMinutes(3));
    assertThat(session.ended().exitCode()).as(session.ended().toString()).isZero();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pagesWithPrograms")
  void programsPrintWhatTheySay(Path page, @TempDir Path scratch) throws Exception {
    for (Fence fence : run(SourceTree.root().resolve(page), "java")) {
      int needed = Integer.parseInt(fence.attributes().getOrDefault("jdk", "17"));
      Optional<Jdk> jdk = Jdk.all().stream().filter(j -> j.feature() >= needed).findFirst();
      if (jdk.isEmpty() && Boolean.getBoolean("parley.test.strict")) {
        fail("no JDK " + needed + " for " + fence.where());
      }
      assumeTrue(jdk.isPresent(), "no JDK " + needed);
      new JavaBlock(fence, jdk.orElseThrow()).run(Files.createTempDirectory(scratch, "java"));
    }
  }
}
