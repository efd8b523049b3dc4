package dev.parley.benchmarks.links;

import dev.parley.PeerAddress;
import dev.parley.benchmarks.Jvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * What a flood of strangers costs a node, which is a process of its own: 10,000 connections a
 * second that send a first message with a wrong mac1, in turn with as many that send nothing and
 * close. The difference is what reading and checking the message costs, above accepting.
 */
public final class Flood {
  private static final int RATE = 10_000;
  private static final int CONNECTIONS = Jvm.isBrief() ? 200 : 10_000;
  private static final int WARM_UP = Jvm.isBrief() ? 200 : 100_000;
  private static final int TURNS = Jvm.isBrief() ? 1 : 21;
  private static final int CLIENTS = 2;
  private static final int MESSAGE_BYTES = 1_408;
  private static final int RANDOM_AT = 8;
  private static final long SETTLE_NANOS = 300_000_000;

  private enum Kind {
    CONNECT,
    WRONG_MAC1
  }

  private final ProcessHandle server;
  private final InetSocketAddress address;
  private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);

  private Flood(ProcessHandle server, InetSocketAddress address) {
    this.server = server;
    this.address = address;
  }

  /** Runs it, with so many turns of each kind: 21 unless told. */
  public static void main(String[] args) throws Exception {
    int turns = args.length == 0 ? TURNS : turns(args[0]);
    List<String> command = new ArrayList<>(Jvm.command("-Dio.netty.allocator.type=pooled"));
    command.addAll(command.indexOf("-cp"), serverFlags());
    command.add(LinksServer.class.getName());
    Process server =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try {
      BufferedReader out =
          new BufferedReader(
              new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
      PeerAddress node = PeerAddress.parse(out.readLine());
      InetSocketAddress address =
          new InetSocketAddress(node.address().host(), node.address().port());
      new Flood(server.toHandle(), address).run(turns);
    } finally {
      server.destroyForcibly().waitFor();
    }
  }

  private static int turns(String text) {
    if (!text.matches("[1-9][0-9]?")) {
      System.err.println(text + ": must be a number of turns, 1 to 99");
      System.exit(2);
    }
    return Integer.parseInt(text);
  }

  /** For profilers: {@code JAVA_SERVER_FLAGS} of the environment. */
  private static List<String> serverFlags() {
    String flags = System.getenv().getOrDefault("JAVA_SERVER_FLAGS", "").strip();
    return flags.isEmpty() ? List.of("-Xmx1g") : List.of(("-Xmx1g " + flags).split(" +"));
  }

  private void run(int turns) throws Exception {
    try {
      for (Kind kind : Kind.values()) {
        turn(kind, WARM_UP);
      }
      double[] accept = new double[turns];
      double[] more = new double[turns];
      for (int i = 0; i < turns; i++) {
        boolean swapped = i % 2 == 1;
        double first = turn(swapped ? Kind.WRONG_MAC1 : Kind.CONNECT, CONNECTIONS);
        double second = turn(swapped ? Kind.CONNECT : Kind.WRONG_MAC1, CONNECTIONS);
        accept[i] = swapped ? second : first;
        more[i] = swapped ? first - second : second - first;
      }
      double difference = median(more);
      System.out.printf(
          Locale.ROOT,
          "JDK %s: accepting costs the node %.1f us of its processors for each connection, a wrong"
              + " mac1 %.1f us more (%.1f to %.1f in half of the turns): %.1f %% of a core at %,d a"
              + " second%n",
          System.getProperty("java.version"),
          median(accept),
          difference,
          quantile(more, 0.25),
          quantile(more, 0.75),
          difference * RATE / 1e4,
          RATE);
    } finally {
      clients.shutdownNow();
    }
  }

  /** Microseconds of the server's processor time for a connection. */
  private double turn(Kind kind, int connections) throws Exception {
    long before = processorNanos();
    long start = System.nanoTime();
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      int first = i;
      all.add(
          clients.submit(
              () -> {
                flood(kind, first, connections, start);
                return null;
              }));
    }
    for (Future<?> client : all) {
      try {
        client.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("a client failed", e.getCause());
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    if (!Jvm.isBrief() && connections / seconds < 0.95 * RATE) {
      System.out.printf(
          Locale.ROOT, "a turn reached only %.0f connections a second%n", connections / seconds);
    }
    LockSupport.parkNanos(SETTLE_NANOS); // for what the server does behind the last one
    return (processorNanos() - before) / 1e3 / connections;
  }

  /** Of all threads, in nanoseconds where Linux tells, and in hundredths of a second elsewhere. */
  private long processorNanos() throws IOException {
    Path threads = Path.of("/proc", String.valueOf(server.pid()), "task");
    if (!Files.isDirectory(threads)) {
      return server.info().totalCpuDuration().orElseThrow().toNanos();
    }
    long sum = 0;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(threads)) {
      for (Path thread : all) {
        sum += nanos(thread.resolve("schedstat"));
      }
    }
    return sum;
  }

  private static long nanos(Path schedstat) throws IOException {
    try {
      return Long.parseLong(Files.readString(schedstat).split(" ")[0]);
    } catch (NoSuchFileException e) {
      return 0; // a thread that has ended meanwhile
    }
  }

  private void flood(Kind kind, int first, int connections, long start) throws IOException {
    byte[] message = new byte[MESSAGE_BYTES];
    Random random = new Random(first);
    random.nextBytes(message);
    byte[] head = {5, 126, 'P', 'L', 'Y', '1', 1, 0}; // 1,406 bytes follow: suite 1, no flags
    System.arraycopy(head, 0, message, 0, head.length);
    for (int i = first; i < connections; i += CLIENTS) {
      message[RANDOM_AT] = (byte) i;
      message[RANDOM_AT + 1] = (byte) (i >> 8);
      connect(kind, ByteBuffer.wrap(message));
      long early = start + (long) (i * 1e9 / RATE) - System.nanoTime();
      if (early > 0) {
        LockSupport.parkNanos(early);
      }
    }
  }

  private void connect(Kind kind, ByteBuffer message) throws IOException {
    try (SocketChannel socket = SocketChannel.open(address)) {
      if (kind == Kind.WRONG_MAC1) {
        while (message.hasRemaining()) {
          socket.write(message);
        }
      }
      socket.shutdownOutput();
      if (socket.read(ByteBuffer.allocate(1)) > 0) {
        throw new IllegalStateException("a stranger was answered");
      }
      socket.setOption(StandardSocketOptions.SO_LINGER, 0); // leaves no port waiting
    }
  }

  private static double median(double[] values) {
    return quantile(values, 0.5);
  }

  private static double quantile(double[] values, double part) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) (sorted.length * part)];
  }
}
