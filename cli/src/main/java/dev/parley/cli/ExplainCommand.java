package dev.parley.cli;

import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.Pong;
import dev.parley.Trail;
import dev.parley.cli.options.IdentityOptions;
import dev.parley.cli.options.NetworkOptions;
import dev.parley.cli.options.PathText;
import dev.parley.cli.options.PeerTarget;
import dev.parley.cli.options.Settings;
import dev.parley.cli.options.VersionText;
import dev.parley.cli.output.Console;
import dev.parley.cli.output.Durations;
import dev.parley.cli.output.ExitCode;
import dev.parley.cli.output.FailureReport;
import dev.parley.node.AgentNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code parley explain}: tells why a peer can or cannot be reached. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    header = "Tells why a peer can or cannot be reached.",
    description =
        "It tells who was asked where the peer is, each address with its outcome and "
            + "time, the step of the handshake, and the path. The exit code is that of a send.",
    footer = "  parley explain z6Mk... --seed z6Mk...@127.0.0.1:7400")
final class ExplainCommand extends CliCommand {
  @Mixin IdentityOptions identity = new IdentityOptions();
  @Mixin NetworkOptions network = new NetworkOptions();

  @Parameters(
      index = "0",
      paramLabel = "ID[@HOST:PORT]",
      converter = PeerTarget.Converter.class,
      description = "The peer, and where it listens unless a --seed leads to it.")
  @Nullable PeerTarget peer;

  ExplainCommand(Console console, Settings settings) {
    super(console, settings);
  }

  @Override
  int run() {
    PeerTarget to = Objects.requireNonNull(peer);
    try (AgentNode node = network.reaching(to, identity.loadOrGenerate());
        EndOnSignal end = new EndOnSignal(node)) {
      end.arm();
      Pong pong = Objects.requireNonNull(node.ping(to.id(), network.timeout).block());
      tell(to, pong.trail(), pong, null);
      return ExitCode.OK;
    } catch (MessagingException e) {
      tell(to, e.trail(), null, e);
      return ExitCode.of(e.code());
    }
  }

  private void tell(
      PeerTarget to, Trail trail, @Nullable Pong pong, @Nullable MessagingException failure) {
    if (output.isJson()) {
      console.json(facts(to, trail, pong, failure));
      return;
    }
    print("%s %s be reached", to.id(), failure == null ? "can" : "cannot");
    for (Phase phase : Phase.values()) {
      trail.steps().stream()
          .filter(step -> step.phase() == phase)
          .forEach(
              step ->
                  print(
                      "  %-9s  %8.1f ms  %s: %s",
                      word(phase),
                      Durations.millis(step.at()),
                      FailureReport.printable(step.subject()),
                      FailureReport.printable(step.outcome())));
    }
    if (pong != null) {
      print("  path                    %s", PathText.of(pong.path()));
      print("  round trip %9.1f ms", Durations.millis(pong.roundTrip()));
    }
    if (failure != null) {
      print("  because                 %s in %s", failure.code(), word(failure.phase()));
      print("                          %s", FailureReport.printable(said(failure)));
      print("  worth trying again      %s", failure.isRetryable() ? "yes" : "no");
    }
  }

  private static String said(MessagingException failure) {
    return Objects.toString(failure.getMessage(), "");
  }

  private static String word(Phase phase) {
    return phase.name().toLowerCase(Locale.ROOT);
  }

  private void print(String format, Object... values) {
    console.line(String.format(Locale.ROOT, format, values));
  }

  private static Map<String, Object> facts(
      PeerTarget to, Trail trail, @Nullable Pong pong, @Nullable MessagingException failure) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("peer", to.id().toString());
    facts.put("reachable", failure == null);
    if (failure != null) {
      facts.put("error", failure.code().name());
      facts.put("phase", failure.phase().name());
      facts.put("retryable", failure.isRetryable());
      facts.put("message", said(failure));
    }
    facts.put("trail", FailureReport.trail(trail));
    if (pong != null) {
      facts.put("kind", pong.path().kind());
      facts.put("remote", pong.path().remote());
      facts.put("suite", pong.path().suite());
      facts.put("postQuantum", pong.path().postQuantum());
      facts.put("roundTripMillis", Durations.millis(pong.roundTrip()));
    }
    return facts;
  }
}
