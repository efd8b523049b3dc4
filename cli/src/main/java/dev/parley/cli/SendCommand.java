package dev.parley.cli;

import dev.parley.Message;
import dev.parley.SendOptions;
import dev.parley.cli.options.IdentityOptions;
import dev.parley.cli.options.NetworkOptions;
import dev.parley.cli.options.PeerTarget;
import dev.parley.cli.options.Settings;
import dev.parley.cli.options.VersionText;
import dev.parley.cli.output.CliException;
import dev.parley.cli.output.Console;
import dev.parley.cli.output.Durations;
import dev.parley.cli.output.ExitCode;
import dev.parley.cli.output.FailureReport;
import dev.parley.cli.output.MessageFacts;
import dev.parley.node.AgentNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code parley send}: sends one message and writes its answer, byte for byte. */
@Command(
    name = "send",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    header = "Sends a message and writes the answer's bytes to standard output.",
    footer = {
      "  parley send z6Mk...@127.0.0.1:7400 hello",
      "  parley send z6Mk... --seed z6Mk...@127.0.0.1:7400 < message.bin"
    })
final class SendCommand extends CliCommand {
  private static final int MAX_INPUT_BYTES = 64 * 1024 * 1024;

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
      paramLabel = "TEXT",
      description = "The message; - or nothing reads it from standard input.")
  String text = "-";

  @Option(
      names = {"-r", "--route"},
      paramLabel = "ROUTE",
      description = "Route of the peer's handler; default is the unnamed route.")
  String route = "";

  @Option(
      names = "--content-type",
      paramLabel = "TYPE",
      description = "What the message is; default text/plain for TEXT, else octets.")
  @Nullable String contentType;

  SendCommand(Console console, Settings settings) {
    super(console, settings);
  }

  @Override
  int run() throws IOException {
    PeerTarget to = Objects.requireNonNull(peer);
    SendOptions options = SendOptions.timeout(network.timeout).route(route);
    Message message = message();
    try (AgentNode node = network.reaching(to, identity.loadOrGenerate());
        EndOnSignal end = new EndOnSignal(node)) {
      end.arm();
      long start = System.nanoTime();
      Message answer = node.sendNow(to.id(), message, options);
      write(answer, Duration.ofNanos(System.nanoTime() - start), to);
    }
    return ExitCode.OK;
  }

  private Message message() throws IOException {
    if (!text.equals("-")) {
      return contentType == null
          ? Message.text(text)
          : Message.of(text.getBytes(StandardCharsets.UTF_8), contentType);
    }
    byte[] bytes = console.in().readNBytes(MAX_INPUT_BYTES + 1);
    if (bytes.length > MAX_INPUT_BYTES) {
      throw CliException.usage("standard input is over " + MAX_INPUT_BYTES + " bytes");
    }
    return Message.of(bytes, contentType == null ? Message.OCTETS : contentType);
  }

  private void write(Message answer, Duration elapsed, PeerTarget from) {
    byte[] bytes = answer.bytes();
    if (!output.isJson() && console.look().screen()) {
      // A terminal obeys control characters, and the peer chose these.
      answer.text().lines().map(FailureReport::printable).forEach(console.out()::println);
      console.out().flush();
      return;
    }
    if (!output.isJson()) {
      console.out().write(bytes, 0, bytes.length);
      console.out().flush();
      return;
    }
    Map<String, Object> facts = MessageFacts.of(from.id(), answer);
    facts.put("elapsedMillis", Durations.millis(elapsed));
    console.json(facts);
  }
}
