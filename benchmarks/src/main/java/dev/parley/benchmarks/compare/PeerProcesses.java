package dev.parley.benchmarks.compare;

import dev.parley.benchmarks.peers.Peers;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A peer's server and client, each a process on a processor of its own where that can be had. */
final class PeerProcesses implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration RUN_MARGIN = Duration.ofSeconds(90);

  private final String peer;
  private final Path directory;
  private final ExecutorService reader =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "reader");
            thread.setDaemon(true);
            return thread;
          });
  private final Process server;
  private @Nullable Process client;
  private String transport = "";

  /** Starts both. */
  PeerProcesses(String peer, Path directory, List<String> java) throws IOException {
    this.peer = peer;
    this.directory = directory;
    server = start("serve", 1, java, List.of());
    try {
      String address = answer(server, Worker.READY, START_LIMIT);
      Process calling = start("call", 0, java, List.of(address));
      client = calling;
      transport = answer(calling, Worker.READY, START_LIMIT);
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private Process start(String role, int processor, List<String> java, List<String> more)
      throws IOException {
    List<String> command = new ArrayList<>();
    if (canPin()) {
      command.addAll(List.of("taskset", "-c", Integer.toString(processor)));
    }
    command.addAll(java);
    command.addAll(Peers.javaOptions(peer));
    command.addAll(List.of(Worker.class.getName(), role, peer, directory.toString()));
    command.addAll(more);
    return new ProcessBuilder(command).redirectError(log(role).toFile()).start();
  }

  /** Whether there are processors to pin processes to, and a program that does it. */
  static boolean canPin() {
    return Runtime.getRuntime().availableProcessors() > 1
        && Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .anyMatch(path -> Files.isExecutable(Path.of(path, "taskset")));
  }

  private Path log(String role) {
    return directory.resolve(peer + "-" + role + ".log");
  }

  String transport() {
    return transport;
  }

  /** Runs a cell for a while. */
  Sample run(Cell cell, Duration time) throws IOException {
    Process calling = client;
    if (calling == null) {
      throw new IllegalStateException("not started");
    }
    long before = cpuNanos();
    BufferedWriter to = calling.outputWriter(StandardCharsets.UTF_8);
    to.write(cell.encode() + " " + time.toMillis() + "\n");
    to.flush();
    String result = answer(calling, Worker.DONE, time.plus(RUN_MARGIN));
    return Sample.decode(result, cpuNanos() - before);
  }

  /** Of both processes and of what they started. */
  private long cpuNanos() {
    return Stream.of(server, client)
        .flatMap(
            p -> p == null ? Stream.of() : Stream.concat(Stream.of(p.toHandle()), p.descendants()))
        .mapToLong(p -> p.info().totalCpuDuration().map(Duration::toNanos).orElse(0L))
        .sum();
  }

  private String answer(Process from, String start, Duration limit) throws IOException {
    BufferedReader in = from.inputReader(StandardCharsets.UTF_8);
    try {
      String line = reader.submit(in::readLine).get(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (line != null && line.startsWith(start)) {
        return line.substring(start.length());
      }
      throw new IOException(peer + " failed; its logs are in " + directory);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException(peer + " gave no answer; its logs are in " + directory, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void close() {
    reader.shutdownNow();
    for (Process process : new Process[] {client, server}) {
      if (process != null) {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
      }
    }
  }
}
