package dev.parley.cli;

import dev.parley.Message;
import dev.parley.SendOptions;
import dev.parley.cli.options.IdentityOptions;
import dev.parley.cli.options.NetworkOptions;
import dev.parley.cli.options.PeerTarget;
import dev.parley.cli.options.Settings;
import dev.parley.cli.options.VersionText;
import dev.parley.cli.output.Console;
import dev.parley.cli.output.ExitCode;
import dev.parley.node.AgentNode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code parley signal}: sends one message that has no answer. */
@Command(
    name = "signal",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    header = "Sends a message one way, at most once.",
    description = "Whether it arrives is not known.",
    footer = "  parley signal z6Mk...@127.0.0.1:7400 \"the kettle boils\"")
final class SignalCommand extends CliCommand {
  @Mixin IdentityOptions identity = new IdentityOptions();
  @Mixin NetworkOptions network = new NetworkOptions();

  @Parameters(
      index = "0",
      paramLabel = "ID[@HOST:PORT]",
      converter = PeerTarget.Converter.class,
      description = "The peer, and where it listens unless a --seed leads to it.")
  @Nullable PeerTarget peer;

  @Parameters(index = "1", paramLabel = "TEXT", description = "The message.")
  String text = "";

  @Option(
      names = {"-r", "--route"},
      paramLabel = "ROUTE",
      description = "Route of the peer's handler; default is the unnamed route.")
  String route = "";

  SignalCommand(Console console, Settings settings) {
    super(console, settings);
  }

  @Override
  int run() {
    PeerTarget to = Objects.requireNonNull(peer);
    SendOptions options = SendOptions.timeout(network.timeout).route(route);
    try (AgentNode node = network.reaching(to, identity.loadOrGenerate());
        EndOnSignal end = new EndOnSignal(node)) {
      end.arm();
      node.signal(to.id(), Message.text(text), options).block();
      // Closing at once might overtake it.
      node.drain(network.timeout).block();
    }
    return ExitCode.OK;
  }
}
