package dev.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class RequiresToolTest {
  private static final Map<String, String> LENIENT = Map.of("parley.test.strict", "false");
  private static final Map<String, String> STRICT = Map.of("parley.test.strict", "true");

  @Test
  void skipsAndSaysWhyWhereProgramIsMissing() {
    Engine.run(LENIENT, Cases.class)
        .testEvents()
        .assertStatistics(stats -> stats.skipped(1).succeeded(2).failed(0))
        .skipped()
        .assertThatEvents()
        .allMatch(
            event ->
                event
                    .getRequiredPayload(String.class)
                    .equals("not installed: no-such-program, nor-this-one"));
  }

  @Test
  void failsInsteadOfSkippingWhereStrict() {
    var results = Engine.run(STRICT, Cases.class);

    results.testEvents().assertStatistics(stats -> stats.skipped(0).succeeded(2).failed(1));
    assertThat(Engine.failure(results.testEvents()))
        .hasStackTraceContaining("not installed: no-such-program");
  }

  static class Cases {
    @Test
    @RequiresTool({"java", "no-such-program", "nor-this-one"})
    void needsMissingProgram() {}

    @Test
    @RequiresTool("java")
    void needsInstalledProgram() {}

    @Test
    void needsNothing() {}
  }

  @Test
  void appliesToClassesAndTheirHeirs() {
    Engine.run(LENIENT, Heir.class)
        .containerEvents()
        .assertStatistics(stats -> stats.skipped(1).failed(0));
    Engine.run(STRICT, Heir.class).containerEvents().assertStatistics(stats -> stats.failed(1));
  }

  @RequiresTool("no-such-program")
  static class Needy {}

  static class Heir extends Needy {
    @Test
    void neverRuns() {}
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void findsOnlyExecutableFilesOnThePath(@TempDir Path directory) throws IOException {
    Path tool = Files.createFile(directory.resolve("tool"));
    Files.createDirectory(directory.resolve("folder"));
    String path = "" + File.pathSeparator + "/does/not/exist" + File.pathSeparator + directory;

    assertThat(RequiredTool.isInstalled("tool", path)).isFalse();
    assertThat(tool.toFile().setExecutable(true)).isTrue();
    assertThat(RequiredTool.isInstalled("tool", path)).isTrue();
    assertThat(RequiredTool.isInstalled("folder", path)).isFalse();
    assertThat(RequiredTool.isInstalled("tool", "")).isFalse();
  }
}
