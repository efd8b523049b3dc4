package dev.parley.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cli.output.Console;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** {@code parley node} on a thread of its own, ended by interrupting it. */
record RunningNode(Thread thread, String peer, ByteArrayOutputStream notes)
    implements AutoCloseable {
  static RunningNode start(String... args) throws IOException {
    PipedInputStream lines = new PipedInputStream();
    ByteArrayOutputStream notes = new ByteArrayOutputStream();
    Console console =
        new Console(
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(new PipedOutputStream(lines), true, StandardCharsets.UTF_8),
            new PrintStream(notes, true, StandardCharsets.UTF_8));
    List<String> line = new ArrayList<>(List.of("node"));
    line.addAll(List.of(args));
    Thread thread = new Thread(() -> ParleyCommand.run(line, Map.of(), console), "node");
    thread.setDaemon(true);
    thread.start();
    BufferedReader out = new BufferedReader(new InputStreamReader(lines, StandardCharsets.UTF_8));
    return new RunningNode(thread, out.readLine(), notes);
  }

  void awaitNote(String text) throws Exception {
    await(() -> notes.toString(UTF_8).contains(text));
  }

  /** Waits, 60 s at most, until it holds. */
  static void await(Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.call()) {
      assertThat(System.nanoTime() - deadline).as("waited for 60 s").isNegative();
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join(20_000);
    assertThat(thread.isAlive()).isFalse();
  }
}
