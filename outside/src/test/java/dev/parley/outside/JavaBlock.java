package dev.parley.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A program in a page, saved and started as a reader would: {@code java -cp jars Name.java}, with
 * the jars that a project gets which depends on {@code parley-node}. It has to print what the
 * comments behind its {@code println}s say.
 */
record JavaBlock(Fence fence, Jdk jdk) {
  private static final Pattern CLASS = Pattern.compile("(?m)^(?:public )?class (\\w+)");
  private static final Pattern PRINTED = Pattern.compile("println\\(.*\\); // (.+)");
  private static final int UNSAFE_WARNS_SINCE = 24;
  private static final long LIMIT_SECONDS = 60;
  private static final long LOOK_EVERY_MILLIS = 50;

  void run(Path scratch) throws Exception {
    List<String> expected =
        PRINTED.matcher(fence.text()).results().map((MatchResult m) -> m.group(1)).toList();
    assertThat(expected).as(fence.where() + " says what it prints").isNotEmpty();
    String name =
        CLASS
            .matcher(fence.text())
            .results()
            .findFirst()
            .map(m -> m.group(1))
            .orElseGet(() -> fail(fence.where() + " holds no class"));
    Path file = Files.writeString(scratch.resolve(name + ".java"), fence.text());
    Path out = scratch.resolve("out");
    Path err = scratch.resolve("err");
    Process process = command(file).start(out, err);
    try {
      awaitOutput(process, expected, out, err);
      if (fence.text().contains("onClose().block()")) {
        assertThat(process.isAlive()).as(fence.where() + " keeps running").isTrue();
      } else {
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(err)).isZero();
      }
      assertThat(Files.readString(out).lines().toList()).containsExactlyElementsOf(expected);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private Command command(Path file) throws IOException {
    List<String> words = new ArrayList<>(List.of(jdk.home().resolve("bin/java").toString()));
    if (jdk.feature() >= UNSAFE_WARNS_SINCE) {
      words.add("--sun-misc-unsafe-memory-access=allow");
      words.add("--enable-native-access=ALL-UNNAMED");
    }
    words.addAll(List.of("-cp", jars(), file.toString()));
    return Command.of(words.toArray(String[]::new));
  }

  /** What a project gets that depends on {@code parley-node}, without a logging backend. */
  private static String jars() throws IOException {
    Path directory = SourceTree.root().resolve("examples/target/lib");
    assertThat(directory).as("the examples have been packaged").isDirectory();
    try (Stream<Path> jars = Files.list(directory)) {
      return jars.map(Path::toString)
          .filter(jar -> !jar.contains("logback"))
          .collect(Collectors.joining(File.pathSeparator));
    }
  }

  private void awaitOutput(Process process, List<String> expected, Path out, Path err)
      throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!Files.readString(out).lines().toList().containsAll(expected)) {
      boolean ended = process.waitFor(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
      if (ended && !Files.readString(out).lines().toList().containsAll(expected)
          || System.nanoTime() - end > 0) {
        fail(
            fence.where()
                + " has not printed "
                + expected
                + " but\n"
                + Files.readString(out)
                + Files.readString(err));
      }
    }
  }
}
