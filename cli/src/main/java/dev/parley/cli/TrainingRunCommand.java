package dev.parley.cli;

import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.PeerAddress;
import dev.parley.SendOptions;
import dev.parley.node.AgentNode;
import java.time.Duration;
import java.util.Objects;
import picocli.CommandLine.Command;
import reactor.core.publisher.Mono;

/**
 * Uses what the other commands use, so that the launcher can have the JVM archive those classes
 * ({@code -XX:ArchiveClassesAtExit}): a JVM that maps them from the archive starts twice as fast.
 */
@Command(name = "training-run", hidden = true, description = "Loads what other commands load.")
final class TrainingRunCommand extends CliCommand {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  TrainingRunCommand(Console console, Settings settings) {
    super(console, settings);
  }

  @Override
  int run() {
    try (AgentNode bob =
        start(builder().listen("127.0.0.1", 0).receive(in -> Mono.just(in.message())))) {
      PeerAddress where = new PeerAddress(bob.id(), bob.addresses().get(0));
      try (AgentNode alice = start(builder().listen("127.0.0.1", 0).seed(where))) {
        Message unused =
            alice.sendNow(where.id(), Message.text("warm"), SendOptions.timeout(PATIENCE));
      }
    }
    return ExitCode.OK;
  }

  private static AgentNode.Builder builder() {
    return AgentNode.builder().identity(Identity.generate()).network("parley-training");
  }

  private static AgentNode start(AgentNode.Builder builder) {
    return Objects.requireNonNull(builder.start().block());
  }
}
