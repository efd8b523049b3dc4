package dev.parley.benchmarks.links;

import dev.parley.AgentId;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.PeerAddress;
import dev.parley.SendOptions;
import dev.parley.benchmarks.Jvm;
import dev.parley.node.AgentNode;
import dev.parley.transport.rsocket.SharedLoops;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Links of one node to many others: what an idle one holds, and how much a number of them carries
 * when each has the same requests in flight. The node is a process of its own; the others are
 * agents of this one that share event loops, and that {@code benchmarks/run} gives the parallel
 * collector: G1 has as much to do for a thousand agents as for the node, which is what is measured.
 * Both heaps are there from the start, or the kernel would clear pages while it is measured.
 */
public final class Links {
  private static final int[] COUNTS = {1, 8, 100, 1_000, 10_000};
  private static final int[] IN_FLIGHT = {16, 64, 256};

  /** Up to so many links, with 256 messages in flight on each. */
  private static final int MANY = 1_000;

  private static final int MESSAGE_BYTES = 32;
  private static final int DIALS = 32;

  /** Only to see that it runs. */
  private static final boolean BRIEF = Jvm.isBrief();

  private static final int ROUNDS = BRIEF ? 1 : 7;
  private static final Duration ROUND = Duration.ofMillis(BRIEF ? 50 : 1000);
  private static final Duration WARM_UP = BRIEF ? ROUND : Duration.ofSeconds(15);
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final SendOptions OPTIONS = SendOptions.timeout(Duration.ofSeconds(60));

  private final Message message = Message.of(new byte[MESSAGE_BYTES]);
  private final List<AgentNode> agents = Collections.synchronizedList(new ArrayList<>());
  private final SharedLoops loops =
      SharedLoops.of(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
  private final Scheduler timer = Schedulers.newSingle("links-timer", true);
  private final Process server;
  private final BufferedReader fromServer;
  private final BufferedWriter toServer;
  private final PeerAddress address;

  private Links() throws IOException {
    List<String> command = new ArrayList<>(Jvm.command("-Dio.netty.allocator.type=pooled"));
    command.addAll(
        BRIEF ? List.of("-Xmx256m") : List.of("-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch"));
    command.add(LinksServer.class.getName());
    server = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    fromServer = server.inputReader(StandardCharsets.UTF_8);
    toServer = server.outputWriter(StandardCharsets.UTF_8);
    String line = fromServer.readLine();
    if (line == null) {
      throw new IOException("the node did not start");
    }
    address = PeerAddress.parse(line);
  }

  /** Runs it, with these numbers of links, ascending. */
  public static void main(String[] args) throws Exception {
    int[] counts = args.length == 0 ? COUNTS : counts(args);
    Links links = new Links();
    try {
      links.run(counts);
    } finally {
      links.server.destroy();
    }
    System.exit(0);
  }

  private static int[] counts(String[] args) {
    int[] counts = new int[args.length];
    for (int i = 0; i < args.length; i++) {
      int least = i == 0 ? 1 : counts[i - 1];
      counts[i] = args[i].matches("[1-9][0-9]{0,5}") ? Integer.parseInt(args[i]) : 0;
      if (counts[i] < least) {
        System.err.println(
            args[i]
                + ": must be a number of links, from 1 to 999999, and not below the one before");
        System.exit(2);
      }
    }
    return counts;
  }

  private void run(int[] counts) throws IOException, InterruptedException {
    List<String> json = new ArrayList<>();
    System.out.printf(
        "JDK %s, messages of %d bytes; medians of %d rounds of %d ms%n%n",
        Runtime.version(), MESSAGE_BYTES, ROUNDS, ROUND.toMillis());
    System.out.println(
        "| links | in flight on each | KiB a link, heap | direct | answers a second | by 8 links"
            + " |");
    System.out.println("|---:|---:|---:|---:|---:|---:|");
    open(1);
    double unused = load(1, IN_FLIGHT[0], WARM_UP);
    long[] before = held();
    for (int count : counts) {
      open(count);
      long[] now = settled();
      int more = count - 1;
      for (int inFlight : IN_FLIGHT) {
        if (inFlight > IN_FLIGHT[0] && count > MANY) {
          break;
        }
        double[] rates = new double[ROUNDS];
        double[] ratios = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
          double eight = load(Math.min(8, count), inFlight, ROUND);
          rates[round] = load(count, inFlight, ROUND);
          ratios[round] = rates[round] / eight;
        }
        json.add(line(count, inFlight, now, before, median(rates)));
        System.out.printf(
            Locale.ROOT,
            "| %,d | %d | %s | %s | %,.0f | %.2f |%n",
            count,
            inFlight,
            kib(now[0] - before[0], more),
            kib(now[1] - before[1], more),
            median(rates),
            median(ratios));
      }
    }
    Path file =
        Path.of(
            System.getProperty("parley.benchmarks.out", ""),
            "links-jdk" + Runtime.version().feature() + ".jsonl");
    Files.write(file, json);
    System.out.printf("%nLines of JSON: %s%n", file);
  }

  /** For {@code plot --scaling}. */
  private static String line(int count, int inFlight, long[] now, long[] before, double perSecond) {
    double links = Math.max(1, count - 1) * 1024.0;
    boolean many = count > 100;
    return String.format(
        Locale.ROOT,
        "{\"peer\":\"parley\",\"cell\":\"%d-links\",\"kind\":\"%s\",\"bytes\":%d,\"load\":%d,"
            + "\"in_flight\":%d,\"jdk\":%d,\"ops_per_s\":%.0f,\"heap_kib\":%.2f,\"direct_kib\":%.2f}",
        count,
        inFlight == IN_FLIGHT[0] ? "links" : "links-in-flight",
        MESSAGE_BYTES,
        count,
        inFlight,
        Runtime.version().feature(),
        perSecond,
        many ? (now[0] - before[0]) / links : 0,
        many ? (now[1] - before[1]) / links : 0);
  }

  private static String kib(long bytes, int links) {
    return links < 100 ? "" : String.format(Locale.ROOT, "%.1f", bytes / 1024.0 / links);
  }

  private void open(int count) {
    int from = agents.size();
    Flux.range(from, Math.max(0, count - from))
        .flatMap(i -> start().flatMap(this::greet), DIALS)
        .blockLast(LIMIT);
  }

  private Mono<AgentNode> start() {
    return AgentNode.builder()
        .identity(Identity.generate())
        .network("links")
        .peer(address)
        .eventLoops(loops)
        .timer(timer)
        .start()
        .doOnNext(agents::add);
  }

  private Mono<Message> greet(AgentNode agent) {
    return agent.send(address.id(), message, OPTIONS).retry(3);
  }

  /** What the node holds once handshakes are forgotten. */
  private long[] settled() throws IOException, InterruptedException {
    long[] last = held();
    for (int i = 0; i < 20; i++) {
      TimeUnit.SECONDS.sleep(1);
      long[] now = held();
      if (now[0] > last[0] - (1 << 18)) {
        return now;
      }
      last = now;
    }
    return last;
  }

  private long[] held() throws IOException {
    toServer.write("?\n");
    toServer.flush();
    String line = fromServer.readLine();
    if (line == null) {
      throw new IOException("the node has ended");
    }
    long[] held = Arrays.stream(line.split(" ", -1)).mapToLong(Long::parseLong).toArray();
    if (held[2] != agents.size()) {
      throw new IllegalStateException(held[2] + " links, not " + agents.size());
    }
    return held;
  }

  /** Answers a second with so many links. */
  private double load(int count, int inFlight, Duration time) throws InterruptedException {
    Round round = new Round(time, count * inFlight);
    for (AgentNode agent : agents.subList(0, count)) {
      IntStream.range(0, inFlight).forEach(i -> round.next(agent));
    }
    return round.end();
  }

  private final class Round {
    private final long start = System.nanoTime();
    private final long end;
    private final CountDownLatch running;
    private final LongAdder answers = new LongAdder();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Round(Duration time, int requests) {
      end = start + time.toNanos();
      running = new CountDownLatch(requests);
    }

    void next(AgentNode agent) {
      AgentId peer = address.id();
      agent
          .send(peer, message, OPTIONS)
          .subscribe(
              new BaseSubscriber<>() {
                @Override
                protected void hookOnNext(Message answer) {
                  if (System.nanoTime() < end) {
                    answers.increment();
                    next(agent);
                  } else {
                    running.countDown();
                  }
                }

                @Override
                protected void hookOnError(Throwable cause) {
                  failure.compareAndSet(null, cause);
                  running.countDown();
                }
              });
    }

    double end() throws InterruptedException {
      if (!running.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("no answer");
      }
      Throwable cause = failure.get();
      if (cause != null) {
        throw new IllegalStateException("a request failed", cause);
      }
      return answers.sum() * 1e9 / (end - start);
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
