package dev.parley.cli;

import dev.parley.AgentId;
import dev.parley.Identity;
import dev.parley.cli.options.IdentityOptions;
import dev.parley.cli.options.Settings;
import dev.parley.cli.options.VersionText;
import dev.parley.cli.output.Console;
import dev.parley.cli.output.ExitCode;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code parley id}: makes and shows identities. */
@Command(
    name = "id",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    header = "Makes or shows an agent's identity.",
    footer = {"  parley id new --identity agent.pem", "  parley id show --identity agent.pem"})
final class IdCommand {
  /** {@code parley id new}. */
  @Command(
      name = "new",
      mixinStandardHelpOptions = true,
      versionProvider = VersionText.class,
      header = "Writes a new key file and prints the id.",
      description = "A file that exists is never overwritten. FILE.pub beside it has the id.",
      footer = {
        "  parley id new --identity agent.pem",
        "  parley id new --identity agent.pem --passphrase-file secret.txt"
      })
  static final class New extends CliCommand {
    @Mixin IdentityOptions identity = new IdentityOptions();

    New(Console console, Settings settings) {
      super(console, settings);
    }

    @Override
    int run() {
      Identity created = Identity.generate();
      identity.save(created);
      if (output.isJson()) {
        console.json(facts(created.id()));
      } else {
        console.out().println(created.id());
      }
      return ExitCode.OK;
    }
  }

  /** {@code parley id show}. */
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      versionProvider = VersionText.class,
      header = "Prints the id and the DID of a key file.",
      footer = "  parley id show --identity agent.pem")
  static final class Show extends CliCommand {
    @Mixin IdentityOptions identity = new IdentityOptions();

    Show(Console console, Settings settings) {
      super(console, settings);
    }

    @Override
    int run() {
      AgentId id = identity.load().id();
      if (output.isJson()) {
        console.json(facts(id));
      } else {
        console.out().println(id);
        console.out().println(id.toDid());
      }
      return ExitCode.OK;
    }
  }

  private static Map<String, String> facts(AgentId id) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("id", id.toString());
    facts.put("did", id.toDid());
    return facts;
  }
}
