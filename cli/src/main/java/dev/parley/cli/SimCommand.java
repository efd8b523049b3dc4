package dev.parley.cli;

import dev.parley.cli.options.Settings;
import dev.parley.cli.options.VersionText;
import dev.parley.cli.output.Console;
import dev.parley.cli.output.Durations;
import dev.parley.cli.output.ExitCode;
import dev.parley.simulator.Simulation;
import dev.parley.simulator.SimulationOptions;
import dev.parley.simulator.SimulationReport;
import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code parley sim}: a network of thousands of nodes in virtual time. */
@Command(
    name = "sim",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    header = "Simulates a network of real DHT nodes in virtual time.",
    description =
        "It measures lookups. The same options give the same run; the exit code is 1 when "
            + "an invariant was broken.",
    footer = {
      "  parley sim --nodes 1000 --churn C1 --duration 10m",
      "  parley sim --nodes 500 --random-seed 7 -o json"
    })
final class SimCommand extends CliCommand {
  private static final int BAR = 30;

  @Option(names = "--nodes", paramLabel = "N", description = "Servers, 2..200000; default 1000.")
  int nodes = 1000;

  @Option(
      names = {"--random-seed", "--seed"},
      paramLabel = "S",
      description = "Root of all randomness; default 1.")
  long seed = 1;

  @Option(
      names = "--churn",
      paramLabel = "C",
      description =
          "How nodes come and go: C0 not at all, C1 as in IPFS, C2 median session 30 min, "
              + "C3 median session 1.4 min, C4 half of them crash at once, C4_JOIN nine times as "
              + "many join within a minute, C4_WAVE 30 %% leave and return, C4_SPLIT two halves "
              + "for 10 min, C4_ONE_WAY one half cannot dial the other for 10 min, "
              + "C4_ISLANDS two networks whose common seed comes back, C4_FLAP 5 %% vanish and "
              + "return all the time; default C0.")
  SimulationOptions.Churn churn = SimulationOptions.Churn.C0;

  @Option(
      names = "--adversary",
      paramLabel = "A",
      description = "Who attacks: ${COMPLETION-CANDIDATES}; default NONE.")
  SimulationOptions.Attack adversary = SimulationOptions.Attack.NONE;

  @Option(
      names = "--adversaries",
      paramLabel = "N",
      description = "How many attack; default what the attack is made for.")
  int adversaries;

  @Option(
      names = {"-d", "--duration"},
      paramLabel = "TIME",
      converter = Durations.class,
      description = "Virtual time that is measured: 90s, 10m, 1h; default 10m.")
  Duration duration = Duration.ofMinutes(10);

  @Option(
      names = {"--warm-up", "--warmup"},
      paramLabel = "TIME",
      converter = Durations.class,
      description = "Virtual time before; default 10m.")
  Duration warmup = Duration.ofMinutes(10);

  @Option(
      names = "--lookups",
      paramLabel = "N",
      description = "Lookups that are measured, spread evenly; default one a node.")
  int lookups;

  @Option(
      names = "--latency",
      paramLabel = "L",
      description = "Round trips: K1 as on the Internet, L1 as in one region; default K1.")
  SimulationOptions.Latency latency = SimulationOptions.Latency.K1;

  @Option(
      names = "--clients",
      paramLabel = "SHARE",
      description = "Nodes besides that nobody can dial, as a share of the servers; default 0.")
  double clients;

  @Option(
      names = "--slow",
      paramLabel = "SHARE",
      description = "Share of servers that take 0.2 to 2 s to answer, 0 to 0.5; default 0.")
  double slow;

  @Option(names = "--join", description = "Nodes join one by one, not with tables in place.")
  boolean join;

  @Option(
      names = "--publishers",
      paramLabel = "N",
      description = "Nodes that publish a listing at the start; default all.")
  int publishers;

  @Option(
      names = "--absent",
      paramLabel = "N",
      description =
          "Publishers that go for good when measuring begins; only they are looked for, in "
              + "the last tenth of the time. Default 0: everyone is.")
  int absent;

  @Option(
      names = "--shrink",
      description =
          "When an invariant breaks, looks for a smaller run that breaks one: up to 60 "
              + "runs, each of half the nodes, time or trouble.")
  boolean shrink;

  private int shownTenths;

  SimCommand(Console console, Settings settings) {
    super(console, settings);
  }

  @Override
  int run() {
    SimulationOptions options =
        SimulationOptions.defaults()
            .withNodes(nodes)
            .withSeed(seed)
            .withChurn(churn)
            .withAdversary(adversary, adversaries)
            .withTimes(warmup, duration)
            .withLatency(latency)
            .withClients(clients)
            .withSlow(slow)
            .withLookups(lookups > 0 ? lookups : nodes)
            .withPublishers(publishers)
            .withAbsent(absent)
            .withJoin(join);
    SimulationReport report = Simulation.of(options).run(this::show);
    console.endProgress();
    boolean holds = report.brokenInvariants().isEmpty();
    if (!holds && shrink) {
      report = Simulation.shrink(report);
    }
    if (output.isJson()) {
      console.out().println(report.toJson());
      console.out().flush();
    } else {
      write(report);
    }
    return holds ? ExitCode.OK : ExitCode.FAILURE;
  }

  /** Progress at each tenth of the run. */
  private void show(Simulation.Progress progress) {
    int tenths = (int) (10 * progress.virtual().toNanos() / progress.total().toNanos());
    if (tenths > shownTenths) {
      shownTenths = tenths;
      console.progress(
          String.format(
              Locale.ROOT,
              "[%s%s] %3d %%, %,d of %,d virtual s, %,d requests",
              "#".repeat(BAR * tenths / 10),
              ".".repeat(BAR - BAR * tenths / 10),
              10 * tenths,
              progress.virtual().toSeconds(),
              progress.total().toSeconds(),
              progress.rpcs()));
    }
  }

  private void write(SimulationReport r) {
    SimulationReport.Percentiles found = r.lookupMillis();
    row("nodes, seed", "%,d, %d", r.options().nodes(), r.options().seed());
    row("churn, adversary", "%s, %s", r.options().churn(), r.options().adversary());
    row("lookups", "%,d", r.lookups());
    row("success", "%.3f %%", 100 * r.success());
    row("lookup p50/p95/p99", "%.0f / %.0f / %.0f ms", found.p50(), found.p95(), found.p99());
    row("hops, requests", "%.2f, %.1f a lookup", r.hopsMean(), r.rpcsMean());
    row("found by relay", "%.1f %%", 100 * r.relayed());
    row(
        "put p50/p95/p99",
        "%.0f / %.0f / %.0f ms",
        r.putMillis().p50(),
        r.putMillis().p95(),
        r.putMillis().p99());
    row("requests of a put", "%.1f", r.putRpcsMean());
    row(
        "join p50/p95/p99",
        "%.0f / %.0f / %.0f ms, %.0f requests",
        r.joinMillis().p50(),
        r.joinMillis().p95(),
        r.joinMillis().p99(),
        r.joinRpcsMean());
    row("dead in answers", "%.2f %% of contacts", 100 * r.deadInAnswers());
    row("bandwidth", "%.0f B/s a node, each way", r.bytesPerNodePerSecond());
    row("table, links", "%.0f contacts, %.0f links a node", r.tableMean(), r.linksMean());
    row("size estimate", "%.1f %% off", 100 * r.sizeErrorMean());
    row("memory", "%,d MiB", r.heapBytes() >> 20);
    row("time", "%.1f s for %,d requests", r.wallSeconds(), r.rpcs());
    row("trace", "%s", r.traceHash());
    for (String broken : r.brokenInvariants()) {
      row("BROKEN", "%s", broken);
    }
    if (!r.brokenInvariants().isEmpty()) {
      row("repeat it with", "parley sim %s", r.options().toArguments());
    }
  }

  private void row(String name, String format, Object... values) {
    console
        .out()
        .printf(Locale.ROOT, "%-20s %s%n", name, String.format(Locale.ROOT, format, values));
    console.out().flush();
  }
}
