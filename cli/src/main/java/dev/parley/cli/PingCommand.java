package dev.parley.cli;

import dev.parley.Pong;
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
import dev.parley.node.AgentNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code parley ping}: measures round trips to a peer. */
@Command(
    name = "ping",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    header = "Measures the round trip to a peer, and tells its path.",
    footer = "  parley ping z6Mk...@127.0.0.1:7400 -n 10")
final class PingCommand extends CliCommand {
  private static final int MAX_COUNT = 100_000;

  @Mixin IdentityOptions identity = new IdentityOptions();
  @Mixin NetworkOptions network = new NetworkOptions();

  @Parameters(
      index = "0",
      paramLabel = "ID[@HOST:PORT]",
      converter = PeerTarget.Converter.class,
      description = "The peer, and where it listens unless a --seed leads to it.")
  @Nullable PeerTarget peer;

  @Option(
      names = {"-n", "--count"},
      paramLabel = "N",
      description = "How many, 1..100000; default 3.")
  int count = 3;

  PingCommand(Console console, Settings settings) {
    super(console, settings);
  }

  @Override
  int run() {
    if (count < 1 || count > MAX_COUNT) {
      throw CliException.usage("--count is " + count + ", must be 1.." + MAX_COUNT);
    }
    PeerTarget to = Objects.requireNonNull(peer);
    try (AgentNode node = network.reaching(to, identity.loadOrGenerate());
        EndOnSignal end = new EndOnSignal(node)) {
      end.arm();
      for (int i = 1; i <= count; i++) {
        write(i, to, Objects.requireNonNull(node.ping(to.id(), network.timeout).block()));
      }
    }
    return ExitCode.OK;
  }

  private void write(int number, PeerTarget to, Pong pong) {
    if (output.isJson()) {
      console.json(facts(number, to, pong));
    } else {
      console.line(
          String.format(
              Locale.ROOT,
              "%d: %.3f ms, %s",
              number,
              Durations.millis(pong.roundTrip()),
              PathText.of(pong.path())));
    }
  }

  private static Map<String, Object> facts(int number, PeerTarget to, Pong pong) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("number", number);
    facts.put("peer", to.id().toString());
    facts.put("roundTripMillis", Durations.millis(pong.roundTrip()));
    facts.put("kind", pong.path().kind());
    facts.put("remote", pong.path().remote());
    facts.put("suite", pong.path().suite());
    facts.put("postQuantum", pong.path().postQuantum());
    return facts;
  }
}
