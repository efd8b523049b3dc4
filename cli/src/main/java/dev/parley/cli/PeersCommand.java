package dev.parley.cli;

import dev.parley.cli.options.IdentityOptions;
import dev.parley.cli.options.NetworkOptions;
import dev.parley.cli.options.Settings;
import dev.parley.cli.options.VersionText;
import dev.parley.cli.output.Console;
import dev.parley.cli.output.ExitCode;
import dev.parley.dht.AgentDht;
import dev.parley.dht.DhtSnapshot;
import dev.parley.dht.DhtSnapshot.KnownContact;
import dev.parley.node.AgentNode;
import dev.parley.node.dht.Dht;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code parley peers}: joins a network and tells whom it has met. */
@Command(
    name = "peers",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    header = "Joins a network and lists the nodes that it has met.",
    description = "The list is its routing table.",
    footer = "  parley peers --seed z6Mk...@127.0.0.1:7400")
final class PeersCommand extends CliCommand {
  @Mixin IdentityOptions identity = new IdentityOptions();
  @Mixin NetworkOptions network = new NetworkOptions();

  PeersCommand(Console console, Settings settings) {
    super(console, settings);
  }

  @Override
  int run() {
    try (AgentNode node = network.join(identity.loadOrGenerate());
        EndOnSignal end = new EndOnSignal(node)) {
      end.arm();
      AgentDht dht = Dht.of(node).dht();
      dht.neighbours().collectList().block(network.timeout);
      DhtSnapshot snapshot = Objects.requireNonNull(dht.snapshot().block(network.timeout));
      List<KnownContact> contacts =
          snapshot.contacts().stream()
              .sorted(Comparator.comparingInt(KnownContact::bucket).reversed())
              .toList();
      if (output.isJson()) {
        console.json(facts(snapshot, contacts));
      } else {
        contacts.forEach(this::write);
        console.note(
            contacts.size()
                + " nodes met, the network has about "
                + Math.max(contacts.size(), Math.round(snapshot.networkSize())));
      }
      return contacts.isEmpty() ? ExitCode.UNAVAILABLE : ExitCode.OK;
    }
  }

  private void write(KnownContact known) {
    console.line(
        String.format(
            Locale.ROOT,
            "%s  %d bits shared, %s, %s",
            known.peer(),
            known.bucket(),
            known.rttMillis() < 0
                ? "no round trip yet"
                : String.format(Locale.ROOT, "%.1f ms", known.rttMillis()),
            known.warm() ? "link open" : "no link"));
  }

  private static Map<String, Object> facts(DhtSnapshot snapshot, List<KnownContact> contacts) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("networkSize", Math.round(snapshot.networkSize()));
    facts.put("peers", contacts.stream().map(PeersCommand::facts).toList());
    return facts;
  }

  private static Map<String, Object> facts(KnownContact known) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("id", known.peer().id().toString());
    facts.put("addresses", known.addresses().stream().map(Object::toString).toList());
    facts.put("sharedBits", known.bucket());
    facts.put("live", known.live());
    facts.put("linkOpen", known.warm());
    if (known.rttMillis() >= 0) {
      facts.put("rttMillis", known.rttMillis());
    }
    return facts;
  }
}
