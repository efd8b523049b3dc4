package dev.parley.cli;

import dev.parley.FailureCode;
import dev.parley.LinkPath;
import dev.parley.Message;
import dev.parley.SendOptions;
import dev.parley.cli.options.IdentityOptions;
import dev.parley.cli.options.NetworkOptions;
import dev.parley.cli.options.PathText;
import dev.parley.cli.options.PeerTarget;
import dev.parley.cli.options.Settings;
import dev.parley.cli.options.VersionText;
import dev.parley.cli.output.CliException;
import dev.parley.cli.output.Console;
import dev.parley.cli.output.Durations;
import dev.parley.cli.output.ExitCode;
import dev.parley.cli.output.ProgressLine;
import dev.parley.node.AgentNode;
import dev.parley.spi.Link;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** {@code parley bench}: loads a peer with messages, and measures its answers. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    header = "Loads a peer with messages, and measures its answers.",
    description =
        "Each answer starts the next message. The peer's handler has to answer, as that "
            + "of parley node --echo does. Load only what is yours.",
    footer = "  parley bench z6Mk...@127.0.0.1:7400 --duration 30s --in-flight 256")
final class BenchCommand extends CliCommand {
  private static final int MAX_IN_FLIGHT = 4096;
  private static final int MAX_BYTES = 1024 * 1024;
  private static final Duration MAX_DURATION = Duration.ofHours(24);
  private static final Duration STEP = Duration.ofSeconds(1);
  private static final int DIGITS = 3;

  @Mixin IdentityOptions identity = new IdentityOptions();
  @Mixin NetworkOptions network = new NetworkOptions();

  @Parameters(
      index = "0",
      paramLabel = "ID[@HOST:PORT]",
      converter = PeerTarget.Converter.class,
      description = "The peer, and where it listens unless a --seed leads to it.")
  @Nullable PeerTarget peer;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "ROUTE",
      description = "Route of the peer's handler; default none.")
  String route = "";

  @Option(
      names = {"-c", "--in-flight"},
      paramLabel = "N",
      description = "Messages that wait for their answer at any time, 1..4096; default 64.")
  int inFlight = 64;

  @Option(
      names = "--size",
      paramLabel = "BYTES",
      description = "Bytes in a message, 0..1048576; default 32.")
  int size = 32;

  @Option(
      names = {"-d", "--duration"},
      paramLabel = "TIME",
      converter = Durations.class,
      description = "How long to measure, 1s..24h; default 10s.")
  Duration duration = Duration.ofSeconds(10);

  @Option(
      names = "--warm-up",
      paramLabel = "TIME",
      converter = Durations.class,
      description = "How long to load before that, 0s..24h; default 5s.")
  Duration warmUp = Duration.ofSeconds(5);

  private final Histogram latency = new Histogram(DIGITS);

  BenchCommand(Console console, Settings settings) {
    super(console, settings);
  }

  @Override
  int run() {
    check("--in-flight", inFlight, 1, MAX_IN_FLIGHT);
    check("--size", size, 0, MAX_BYTES);
    check("--duration in ms", duration.toMillis(), STEP.toMillis(), MAX_DURATION.toMillis());
    check("--warm-up in ms", warmUp.toMillis(), 0, MAX_DURATION.toMillis());
    PeerTarget to = Objects.requireNonNull(peer);
    Message message = Message.of(new byte[size]);
    SendOptions options = SendOptions.to(route).withTimeout(network.timeout);
    try (AgentNode node = network.reaching(to, identity.loadOrGenerate());
        EndOnSignal end = new EndOnSignal(node)) {
      end.arm();
      node.sendNow(to.id(), message, options); // a peer that cannot be reached is no load
      LinkPath path = path(node, to);
      BenchLoad load =
          new BenchLoad(
              () -> node.send(to.id(), message, options),
              inFlight,
              System::nanoTime,
              Schedulers.parallel());
      load.start();
      watch(load, "warming up", warmUp);
      Map<FailureCode, Long> before = load.failures();
      latency.reset();
      long nanos = watch(load, "measuring", duration);
      Map<FailureCode, Long> failed = load.failures();
      before.forEach((code, count) -> failed.computeIfPresent(code, (c, n) -> n - count));
      failed.values().removeIf(count -> count == 0);
      load.stop().block(network.timeout.plus(STEP));
      tell(nanos, failed, path);
      return failed.isEmpty() ? ExitCode.OK : ExitCode.FAILURE;
    }
  }

  private static void check(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw CliException.usage(option + " is " + value + ", must be " + least + ".." + most);
    }
  }

  private static @Nullable LinkPath path(AgentNode node, PeerTarget to) {
    Optional<Link> link = node.links().stream().filter(l -> l.peer().equals(to.id())).findFirst();
    return link.map(Link::path).orElse(null);
  }

  /** Looks on for a while, tells how it goes each second, and returns how long it took. */
  private long watch(BenchLoad load, String doing, Duration total) {
    load.takeLatency();
    long start = System.nanoTime();
    long last = start;
    while (last - start < total.toNanos()) {
      Mono.delay(least(STEP, total.minusNanos(last - start))).block();
      long now = System.nanoTime();
      Histogram step = load.takeLatency();
      latency.add(step);
      long failed = load.failures().values().stream().mapToLong(Long::longValue).sum();
      progress(
          String.format(
              Locale.ROOT,
              "%s, %d of %d s: %,.0f/s, p50 %s, p99 %s, %,d failed",
              doing,
              Duration.ofNanos(now - start).toSeconds(),
              total.toSeconds(),
              step.getTotalCount() * 1e9 / (now - last),
              millis(step, 50),
              millis(step, 99),
              failed));
      last = now;
    }
    return last - start;
  }

  private static Duration least(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private void progress(String text) {
    if (!output.isJson()) {
      console.progress(text);
    }
  }

  private static String millis(Histogram latency, double percentile) {
    return String.format(Locale.ROOT, "%.3f ms", latency.getValueAtPercentile(percentile) / 1e6);
  }

  private void tell(long nanos, Map<FailureCode, Long> failed, @Nullable LinkPath path) {
    double perSecond = latency.getTotalCount() * 1e9 / nanos;
    if (output.isJson()) {
      console.json(facts(nanos, perSecond, failed, path));
      return;
    }
    console.endProgress();
    console
        .out()
        .printf(
            Locale.ROOT,
            "%,d answers in %.1f s: %,.0f a second, %s/s each way%n",
            latency.getTotalCount(),
            nanos / 1e9,
            perSecond,
            ProgressLine.size(Math.round(perSecond * size)));
    console
        .out()
        .printf(
            "latency   p50 %s, p90 %s, p99 %s, p99.9 %s, max %s%n",
            millis(latency, 50),
            millis(latency, 90),
            millis(latency, 99),
            millis(latency, 99.9),
            millis(latency, 100));
    if (path != null) {
      console.out().printf("path      %s%n", PathText.of(path));
    }
    if (!failed.isEmpty()) {
      console
          .out()
          .printf(
              "failed    %s%n",
              failed.entrySet().stream()
                  .map(e -> String.format(Locale.ROOT, "%s %,d", e.getKey(), e.getValue()))
                  .collect(Collectors.joining(", ")));
    }
  }

  private Map<String, Object> facts(
      long nanos, double perSecond, Map<FailureCode, Long> failed, @Nullable LinkPath path) {
    Map<String, Object> millis = new LinkedHashMap<>();
    for (double percentile : new double[] {50, 90, 99, 99.9, 100}) {
      String name =
          percentile == 100
              ? "max"
              : "p" + (percentile % 1 == 0 ? "" + (int) percentile : "" + percentile);
      millis.put(name, latency.getValueAtPercentile(percentile) / 1e6);
    }
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("peer", Objects.requireNonNull(peer).id().toString());
    facts.put("bytes", size);
    facts.put("inFlight", inFlight);
    facts.put("seconds", nanos / 1e9);
    facts.put("answers", latency.getTotalCount());
    facts.put("perSecond", perSecond);
    facts.put("latencyMillis", millis);
    facts.put("failed", failed);
    facts.put("suite", path == null ? null : path.suite());
    facts.put("postQuantum", path != null && path.postQuantum());
    return facts;
  }
}
