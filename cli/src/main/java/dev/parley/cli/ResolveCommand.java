package dev.parley.cli;

import dev.parley.AgentId;
import dev.parley.PeerAddress;
import dev.parley.cli.options.IdentityOptions;
import dev.parley.cli.options.NetworkOptions;
import dev.parley.cli.options.PeerTarget;
import dev.parley.cli.options.Settings;
import dev.parley.cli.options.VersionText;
import dev.parley.cli.output.Console;
import dev.parley.cli.output.Durations;
import dev.parley.cli.output.ExitCode;
import dev.parley.dht.LookupReport;
import dev.parley.dht.Outcome;
import dev.parley.dht.ResolveOptions;
import dev.parley.dht.Resolved;
import dev.parley.node.AgentNode;
import dev.parley.node.dht.Dht;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code parley resolve}: finds out where an agent is. */
@Command(
    name = "resolve",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    header = "Looks up in the network where an agent is.",
    description = "The exit code is 69 if it is not found, or has left.",
    footer = "  parley resolve z6Mk... --seed z6Mk...@127.0.0.1:7400 --explain")
final class ResolveCommand extends CliCommand {
  @Mixin IdentityOptions identity = new IdentityOptions();
  @Mixin NetworkOptions network = new NetworkOptions();

  @Parameters(
      index = "0",
      paramLabel = "ID",
      converter = PeerTarget.Converter.class,
      description = "The agent.")
  @Nullable PeerTarget agent;

  @Option(names = "--explain", description = "Also lists every node that was asked, and its time.")
  boolean explain;

  ResolveCommand(Console console, Settings settings) {
    super(console, settings);
  }

  @Override
  int run() {
    AgentId id = Objects.requireNonNull(agent).id();
    try (AgentNode node = network.join(identity.loadOrGenerate());
        EndOnSignal end = new EndOnSignal(node)) {
      end.arm();
      Resolved found = Dht.of(node).resolve(id, ResolveOptions.fresh()).blockFirst(network.timeout);
      Resolved resolved = Objects.requireNonNull(found);
      if (output.isJson()) {
        console.json(facts(id, resolved));
      } else {
        write(id, resolved);
      }
      return isThere(resolved) ? ExitCode.OK : ExitCode.UNAVAILABLE;
    }
  }

  /** Its own listing may say that it has left: it is found, but nobody is there. */
  private static boolean isThere(Resolved resolved) {
    return resolved.outcome() == Outcome.FOUND && !resolved.hasLeft();
  }

  private void write(AgentId id, Resolved resolved) {
    resolved.addresses().forEach(address -> console.line(id + "@" + address));
    LookupReport report = resolved.report();
    String what =
        switch (report.outcome()) {
          case NOT_FOUND -> "not found";
          case PARTIAL -> "not found, and not sure";
          case FOUND -> resolved.hasLeft() ? "has left" : "found";
        };
    print(
        "# %s: %s, %d hops, %d asked, %.1f ms",
        what, report.reason(), report.hops(), report.rpcs(), millis(report.took()));
    Instant told = resolved.told();
    Instant expires = resolved.expires();
    if (told != null && expires != null) {
      print("# told at %s, valid until %s", told, expires);
    }
    if (explain) {
      print("#");
      print(
          "# %-10s %9s %5s %10s %10s  %s", "node", "closeness", "hop", "asked at", "took", "where");
      report.asked().forEach(this::write);
    }
  }

  private void write(LookupReport.Asked asked) {
    PeerAddress peer = asked.peer();
    print(
        "# %-10s %8db %5d %7.1f ms %7.1f ms  %s %s",
        peer == null ? "no agent" : peer.id().toShortString(),
        asked.sharedBits(),
        asked.depth(),
        millis(asked.at()),
        millis(asked.took()),
        asked.addresses().get(0),
        asked.outcome());
  }

  private void print(String format, Object... values) {
    console.line(String.format(Locale.ROOT, format, values));
  }

  private static double millis(Duration duration) {
    return duration.toNanos() / 1e6;
  }

  private Map<String, Object> facts(AgentId id, Resolved resolved) {
    LookupReport report = resolved.report();
    Instant told = resolved.told();
    Instant expires = resolved.expires();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("agent", id.toString());
    facts.put("outcome", report.outcome().name());
    facts.put("reason", report.reason());
    if (report.outcome() == Outcome.FOUND) {
      facts.put("addresses", resolved.addresses().stream().map(Object::toString).toList());
    }
    if (told != null && expires != null) {
      facts.put("left", resolved.hasLeft());
      facts.put("sequence", ChronoUnit.MICROS.between(Instant.EPOCH, told));
      facts.put("expires", expires.toString());
    }
    facts.put("hops", report.hops());
    facts.put("asked", report.rpcs());
    facts.put("tookMillis", Durations.millis(report.took()));
    if (explain) {
      facts.put("nodes", report.asked().stream().map(ResolveCommand::facts).toList());
    }
    return facts;
  }

  private static Map<String, Object> facts(LookupReport.Asked asked) {
    Map<String, Object> facts = new LinkedHashMap<>();
    PeerAddress peer = asked.peer();
    if (peer != null) {
      facts.put("id", peer.id().toString());
    }
    facts.put("addresses", asked.addresses().stream().map(Object::toString).toList());
    facts.put("sharedBits", asked.sharedBits());
    facts.put("hop", asked.depth());
    facts.put("outcome", asked.outcome());
    facts.put("atMillis", Durations.millis(asked.at()));
    facts.put("tookMillis", Durations.millis(asked.took()));
    return facts;
  }
}
