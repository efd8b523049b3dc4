package dev.parley.cli;

import dev.parley.Message;
import dev.parley.StreamOptions;
import dev.parley.cli.options.IdentityOptions;
import dev.parley.cli.options.NetworkOptions;
import dev.parley.cli.options.PeerTarget;
import dev.parley.cli.options.Settings;
import dev.parley.cli.options.VersionText;
import dev.parley.cli.output.Console;
import dev.parley.cli.output.ExitCode;
import dev.parley.cli.output.FailureReport;
import dev.parley.cli.output.MessageFacts;
import dev.parley.node.AgentNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** {@code parley chat}: a channel in a terminal. */
@Command(
    name = "chat",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    header = "Opens a channel: sends each line of input, writes what comes back.",
    description = "It ends when the peer ends it, as most do at the end of the input.",
    footer = "  parley chat z6Mk...@127.0.0.1:7400")
final class ChatCommand extends CliCommand {
  private static final int ITEMS_AHEAD = 32;

  @Mixin IdentityOptions identity = new IdentityOptions();
  @Mixin NetworkOptions network = new NetworkOptions();

  @Parameters(
      index = "0",
      paramLabel = "ID[@HOST:PORT]",
      converter = PeerTarget.Converter.class,
      description = "The peer, and where it listens unless a --seed leads to it.")
  @Nullable PeerTarget peer;

  @Option(
      names = {"-r", "--route"},
      paramLabel = "ROUTE",
      description = "Route of the peer's handler; default is the unnamed route.")
  String route = "";

  ChatCommand(Console console, Settings settings) {
    super(console, settings);
  }

  @Override
  int run() {
    PeerTarget to = Objects.requireNonNull(peer);
    StreamOptions options = StreamOptions.to(route).openTimeout(network.timeout);
    // A thread of its own: nothing interrupts one that waits for a terminal.
    Scheduler input = Schedulers.newSingle("parley-stdin", true);
    try (AgentNode node = network.reaching(to, identity.loadOrGenerate());
        EndOnSignal end = new EndOnSignal(node)) {
      end.arm();
      Flux<Message> answers =
          node.channel(to.id(), Message.empty(), lines().subscribeOn(input), options);
      for (Message answer : answers.toIterable(ITEMS_AHEAD)) {
        write(to, answer);
      }
    } finally {
      input.dispose();
    }
    return ExitCode.OK;
  }

  private Flux<Message> lines() {
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8));
    return Flux.generate((SynchronousSink<Message> sink) -> readLine(reader, sink));
  }

  private static void readLine(BufferedReader reader, SynchronousSink<Message> sink) {
    try {
      String line = reader.readLine();
      if (line == null) {
        sink.complete();
      } else {
        sink.next(Message.text(line));
      }
    } catch (IOException e) {
      sink.error(e);
    }
  }

  private void write(PeerTarget from, Message answer) {
    if (output.isJson()) {
      console.json(MessageFacts.of(from.id(), answer));
    } else {
      console.out().println(FailureReport.printable(answer.text()));
      console.out().flush();
    }
  }
}
