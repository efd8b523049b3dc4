package dev.parley.cli;

import dev.parley.Message;
import dev.parley.StreamOptions;
import dev.parley.cli.options.IdentityOptions;
import dev.parley.cli.options.NetworkOptions;
import dev.parley.cli.options.PeerTarget;
import dev.parley.cli.options.Settings;
import dev.parley.cli.options.VersionText;
import dev.parley.cli.output.CliException;
import dev.parley.cli.output.Console;
import dev.parley.cli.output.ExitCode;
import dev.parley.cli.output.MessageFacts;
import dev.parley.node.AgentNode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Flux;

/** {@code parley subscribe}: writes the items of a stream as they come. */
@Command(
    name = "subscribe",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    header = "Opens a stream and writes its items, one JSON object a line.",
    description =
        "It goes on until the stream ends, or Ctrl-C. Items are asked for as they are "
            + "written: a slow reader slows the peer.",
    footer = {
      "  parley subscribe z6Mk...@127.0.0.1:7400 tick -n 3",
      "  parley subscribe z6Mk...@127.0.0.1:7400 tick | head -1"
    })
final class SubscribeCommand extends CliCommand {
  private static final int ITEMS_AHEAD = 32;

  @Mixin IdentityOptions identity = new IdentityOptions();
  @Mixin NetworkOptions network = new NetworkOptions();

  @Parameters(
      index = "0",
      paramLabel = "ID[@HOST:PORT]",
      converter = PeerTarget.Converter.class,
      description = "The peer, and where it listens unless a --seed leads to it.")
  @Nullable PeerTarget peer;

  @Parameters(index = "1", paramLabel = "ROUTE", description = "Route of the peer's handler.")
  String route = "";

  @Option(
      names = {"-n", "--count"},
      paramLabel = "N",
      description = "Ends after N items; default is to go on.")
  long count = Long.MAX_VALUE;

  @Option(names = "--request", paramLabel = "TEXT", description = "What to ask for; default none.")
  String request = "";

  SubscribeCommand(Console console, Settings settings) {
    super(console, settings);
  }

  @Override
  int run() {
    if (count < 1) {
      throw CliException.usage("--count is " + count + ", must be 1 or more");
    }
    PeerTarget to = Objects.requireNonNull(peer);
    StreamOptions options = StreamOptions.to(route).openTimeout(network.timeout);
    try (AgentNode node = network.reaching(to, identity.loadOrGenerate());
        EndOnSignal end = new EndOnSignal(node)) {
      end.arm();
      Flux<Message> items = node.stream(to.id(), Message.text(request), options).take(count, true);
      for (Message item : items.toIterable(ITEMS_AHEAD)) {
        console.json(MessageFacts.of(to.id(), item));
      }
    }
    return ExitCode.OK;
  }
}
