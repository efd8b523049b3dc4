package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The command in a JVM of its own, as a user runs it. Closing it kills it. */
final class ChildParley implements AutoCloseable {
  static final String NOISE = "Picked up ";

  private final Process process;
  private final Path err;
  private final BufferedReader out;

  private ChildParley(Process process, Path err) {
    this.process = process;
    this.err = err;
    this.out = process.inputReader(StandardCharsets.UTF_8);
  }

  static ChildParley start(Path directory, String... args) throws IOException {
    return start(directory, Map.of(), args);
  }

  static ChildParley start(Path directory, Map<String, String> env, String... args)
      throws IOException {
    List<String> words = new ArrayList<>();
    if (System.getProperty("os.name").equals("Linux")) {
      // A build in the background ignores SIGINT, or SIGHUP, and its children with it.
      words.addAll(List.of("env", "--default-signal=INT,HUP"));
    }
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    if (Runtime.version().feature() >= 24) {
      words.add("--sun-misc-unsafe-memory-access=allow");
      words.add("--enable-native-access=ALL-UNNAMED");
    }
    words.addAll(List.of("-cp", System.getProperty("java.class.path")));
    words.add(ParleyCommand.class.getName());
    words.addAll(List.of(args));
    Path err = Files.createTempFile(directory, "child", ".err");
    ProcessBuilder builder = new ProcessBuilder(words).redirectError(err.toFile());
    builder.environment().keySet().removeIf(n -> n.startsWith("PARLEY_") || n.startsWith("LC_"));
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().putAll(env);
    return new ChildParley(builder.directory(directory.toFile()).start(), err);
  }

  /** The next line of standard output. */
  String line() throws IOException {
    return out.readLine();
  }

  /** Closes standard output, as {@code head} does when it has its lines. */
  void closeOutput() throws IOException {
    out.close();
  }

  void input(String text) throws IOException {
    process.outputWriter().append(text).flush();
  }

  void signal(String name) throws Exception {
    String pid = Long.toString(process.pid());
    assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor()).isZero();
  }

  /** Waits for the end and returns the exit code. */
  int exitCode() throws Exception {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("has ended; " + err()).isTrue();
    return process.exitValue();
  }

  String err() throws IOException {
    return Files.readString(err);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
