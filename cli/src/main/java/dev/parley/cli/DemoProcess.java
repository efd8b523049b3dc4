package dev.parley.cli;

import dev.parley.cli.output.CliException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** An agent of the demo, running in another process of this program; closing it ends it. */
final class DemoProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final int MAX_LINES = 64;

  /** System property with which the launcher names the class archive that it made. */
  private static final String ARCHIVE = "parley.archive";

  private final Process process;
  private final BufferedWriter commands;
  private final BlockingQueue<String> answers = new ArrayBlockingQueue<>(MAX_LINES);

  private DemoProcess(Process process) {
    this.process = process;
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
    Thread reader = new Thread(this::read, "parley-demo-reader");
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts {@code parley demo-agent} with these arguments. */
  static DemoProcess start(List<String> args) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx96m"));
    String archive = System.getProperty(ARCHIVE);
    if (archive != null) {
      line.addAll(
          List.of("-Xlog:cds=off", "-Xlog:cds+dynamic=off", "-XX:SharedArchiveFile=" + archive));
    }
    if (Runtime.version().feature() >= 24) {
      line.add("--sun-misc-unsafe-memory-access=allow");
      line.add("--enable-native-access=ALL-UNNAMED");
    }
    line.addAll(List.of("-cp", System.getProperty("java.class.path")));
    line.addAll(List.of(ParleyCommand.class.getName(), "demo-agent"));
    line.addAll(args);
    ProcessBuilder builder = new ProcessBuilder(line).redirectError(Redirect.INHERIT);
    builder.environment().keySet().removeIf(name -> name.startsWith("PARLEY_"));
    return new DemoProcess(builder.start());
  }

  private void read() {
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        answers.put(line);
      }
    } catch (IOException e) {
      // The process has ended; whoever waits for its answer finds out by time.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Tells it to do something and returns the line that it answers. */
  String ask(String command) throws IOException, InterruptedException {
    tell(command);
    return answer();
  }

  /** Tells it to do something; {@link #answer} gives what it answers. */
  void tell(String command) throws IOException {
    commands.write(command);
    commands.newLine();
    commands.flush();
  }

  /** The next line that it prints. */
  String answer() throws InterruptedException {
    for (long left = PATIENCE.toMillis(); left > 0; left -= 100) {
      String line = answers.poll(100, TimeUnit.MILLISECONDS);
      if (line != null) {
        return line;
      }
      if (!process.isAlive() && answers.isEmpty()) {
        throw CliException.failure("an agent of the demo ended with " + process.exitValue());
      }
    }
    throw CliException.failure(
        "an agent of the demo said nothing for " + PATIENCE.toSeconds() + " s");
  }

  /** Tells it to end by closing its input; kills it if it does not. */
  @Override
  public void close() {
    try {
      commands.close();
      if (process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (IOException e) {
      // The pipe is gone, and so is the process, or it is killed below.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    kill();
  }

  /** Kills it at once. */
  void kill() {
    process.destroyForcibly();
  }
}
