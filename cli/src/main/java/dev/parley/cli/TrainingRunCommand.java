package dev.parley.cli;

import dev.parley.Identity;
import dev.parley.PeerAddress;
import dev.parley.cli.options.Settings;
import dev.parley.cli.output.Console;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine.Command;
import reactor.core.publisher.Mono;

/**
 * Runs other commands in this process, so that the launcher can have the JVM list the classes that
 * they load and archive them: a JVM that maps its classes from an archive starts twice as fast.
 */
@Command(name = "training-run", hidden = true, description = "Loads what other commands load.")
final class TrainingRunCommand extends CliCommand {
  private static final String NETWORK = "parley-training";

  TrainingRunCommand(Console console, Settings settings) {
    super(console, settings);
  }

  @Override
  int run() {
    try (AgentNode bob = bob()) {
      PeerAddress where = new PeerAddress(bob.id(), bob.addresses().get(0));
      int sent =
          silently("send", "--network", NETWORK, "--timeout", "30s", where.toString(), "warm");
      int helped = silently("send", "--help");
      int versioned = silently("--version");
      return Math.max(sent, Math.max(helped, versioned));
    }
  }

  private static AgentNode bob() {
    AgentNodeBuilder builder =
        AgentNode.builder()
            .identity(Identity.generate())
            .network(NETWORK)
            .listen("127.0.0.1", 0)
            .receive(in -> Mono.just(in.message()));
    return Objects.requireNonNull(builder.start().block());
  }

  private static int silently(String... words) {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    Console console = new Console(InputStream.nullInputStream(), nowhere, nowhere);
    return ParleyCommand.run(List.of(words), Map.of(), console);
  }
}
