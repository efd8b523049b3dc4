package dev.parley.outside;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A command as a user's shell runs it: in a directory, with an environment of its own, bounded in
 * time. Immutable; each setter returns a copy.
 */
record Command(
    List<String> words, Path directory, Map<String, String> environment, Duration limit) {

  /** How a command ended, and what it printed. */
  record Ended(int exitCode, String out, String err, Duration took) {
    @Override
    public String toString() {
      return "exit " + exitCode + " after " + took + "\n--- out\n" + out + "\n--- err\n" + err;
    }
  }

  /** A command in the current directory, with two minutes to end. */
  static Command of(String... words) {
    return new Command(
        List.of(words), Path.of("").toAbsolutePath(), Map.of(), Duration.ofMinutes(2));
  }

  Command in(Path newDirectory) {
    return new Command(words, newDirectory, environment, limit);
  }

  Command within(Duration newLimit) {
    return new Command(words, directory, environment, newLimit);
  }

  /** Sets a variable; an empty value removes it. */
  Command with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(environment);
    more.put(name, value);
    return new Command(words, directory, Map.copyOf(more), limit);
  }

  Command on(Jdk jdk) {
    return with("JAVA_HOME", jdk.home().toString());
  }

  Command and(String... moreWords) {
    List<String> all = new ArrayList<>(words);
    all.addAll(List.of(moreWords));
    return new Command(List.copyOf(all), directory, environment, limit);
  }

  /** Starts the command with its output going to the files; the caller ends it. */
  Process start(Path out, Path err) throws IOException {
    // A build in the background ignores SIGINT, and its children with it.
    List<String> all = new ArrayList<>(List.of("env", "--default-signal=INT"));
    all.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(all).directory(directory.toFile());
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().remove("MAVEN_OPTS");
    environment.forEach(
        (name, value) -> {
          if (value.isEmpty()) {
            builder.environment().remove(name);
          } else {
            builder.environment().put(name, value);
          }
        });
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    return builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
  }

  /**
   * Runs the command to its end.
   *
   * @throws AssertionError if it has not ended within its limit; it and its children are killed
   */
  Ended run() throws IOException, InterruptedException {
    Path out = Files.createTempFile("parley-outside", ".out");
    Path err = Files.createTempFile("parley-outside", ".err");
    try {
      long started = System.nanoTime();
      Process process = start(out, err);
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
        throw new AssertionError(
            words + " did not end within " + limit + "\n" + read(out) + "\n" + read(err));
      }
      Duration took = Duration.ofNanos(System.nanoTime() - started);
      return new Ended(process.exitValue(), read(out), read(err), took);
    } finally {
      Files.deleteIfExists(out);
      Files.deleteIfExists(err);
    }
  }

  private static String read(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
