package dev.parley.cli;

import dev.parley.cli.options.SettingKeys;
import dev.parley.cli.options.Settings;
import dev.parley.cli.options.VersionText;
import dev.parley.cli.output.CliException;
import dev.parley.cli.output.Console;
import dev.parley.cli.output.ExitCode;
import dev.parley.cli.output.OutputClosed;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code parley}: makes identities, runs nodes, sends messages. */
@Command(
    name = SettingKeys.ROOT,
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    synopsisSubcommandLabel = "COMMAND",
    header = "Direct, private messages between agents.",
    footerHeading = "%nConfiguration:%n",
    footer = {
      "  Options are also read from the environment (PARLEY_TIMEOUT=5s) and from the",
      "  YAML file of --config (timeout: 5s). Those of one command only may stand",
      "  below its name (PARLEY_PING_COUNT=9; ping: {count: 9}).",
      "",
      "Examples:",
      "  parley id new --identity agent.pem",
      "  parley node --identity agent.pem --listen 127.0.0.1:7400 --echo",
      "  parley send z6Mk...@127.0.0.1:7400 hello",
      "  parley help send"
    })
public final class ParleyCommand {
  ParleyCommand() {}

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] args) {
    Map<String, String> env = System.getenv();
    System.exit(run(List.of(args), env, Console.ofProcess(env)));
  }

  /** Runs a command line to its end and returns its exit code. */
  static int run(List<String> args, Map<String, String> env, Console console) {
    Failures failures = new Failures(args, env, console);
    try {
      Arguments.requireReadable();
      Settings settings = Settings.load(args, env);
      if (settings.hasFile()) {
        settings.requireKnown(Commands.all(console, settings));
      }
      CommandLine command = Commands.forArguments(args, console, settings);
      command.setExecutionStrategy(parsed -> execute(parsed, failures));
      command.setExecutionExceptionHandler((e, failed, parsed) -> failures.tell(e, failed));
      command.setParameterExceptionHandler((e, all) -> failures.usage(e, settings));
      int exitCode = command.execute(args.toArray(String[]::new));
      if (exitCode == ExitCode.OK) {
        console.out().flush(); // what cannot be written is not done
      }
      return exitCode;
    } catch (OutputClosed e) {
      return ExitCode.OUTPUT_CLOSED;
    } catch (CliException e) {
      return failures.tell(e, null);
    } finally {
      console.err().flush();
    }
  }

  /** Help and versions are printed by picocli, which would show a stack trace of these two. */
  private static int execute(CommandLine.ParseResult parsed, Failures failures) {
    try {
      return new CommandLine.RunLast().execute(parsed);
    } catch (OutputClosed | CliException e) {
      return failures.tell(e, null);
    }
  }
}
