package dev.parley.cli;

import dev.parley.MessagingException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import reactor.core.Exceptions;

/** The command {@code parley}: makes identities, runs nodes, sends messages. */
@Command(
    name = "parley",
    mixinStandardHelpOptions = true,
    versionProvider = ParleyCommand.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "Direct, private messages between agents.",
    footer = {
      "",
      "Options are also read from the environment (PARLEY_TIMEOUT=5s) and from --config FILE.",
      "Exit codes: 0 done, 1 failure, 2 usage, 69 unavailable, 75 try again, 77 refused."
    })
public final class ParleyCommand {
  private ParleyCommand() {}

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(run(List.of(args), System.getenv(), Console.system()));
  }

  /** Runs a command line to its end and returns its exit code. */
  static int run(List<String> args, Map<String, String> env, Console console) {
    try {
      Settings settings = Settings.load(args, env);
      CommandLine command = commandLine(console, settings);
      settings.requireKnown(command);
      return command.execute(args.toArray(String[]::new));
    } catch (CliException e) {
      return failed(e, false, false, console);
    } finally {
      console.out().flush();
      console.err().flush();
    }
  }

  private static CommandLine commandLine(Console console, Settings settings) {
    CommandLine id =
        new CommandLine(new IdCommand())
            .addSubcommand(new IdCommand.New(console, settings))
            .addSubcommand(new IdCommand.Show(console, settings));
    CommandLine root =
        new CommandLine(new ParleyCommand())
            .addSubcommand(id)
            .addSubcommand(new NodeCommand(console, settings))
            .addSubcommand(new SendCommand(console, settings))
            .addSubcommand(new SignalCommand(console, settings))
            .addSubcommand(new SubscribeCommand(console, settings))
            .addSubcommand(new ChatCommand(console, settings))
            .addSubcommand(new SendFileCommand(console, settings))
            .addSubcommand(new PingCommand(console, settings))
            .addSubcommand(new BenchCommand(console, settings))
            .addSubcommand(new ResolveCommand(console, settings))
            .addSubcommand(new ExplainCommand(console, settings))
            .addSubcommand(new PeersCommand(console, settings))
            .addSubcommand(new TopCommand(console, settings))
            .addSubcommand(new SimCommand(console, settings))
            .addSubcommand(new DemoCommand(console, settings))
            .addSubcommand(new DemoAgentCommand(console, settings))
            .addSubcommand(new TrainingRunCommand(console, settings));
    return root.setCaseInsensitiveEnumValuesAllowed(true)
        .setDefaultValueProvider(settings)
        .setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8))
        .setExecutionExceptionHandler((e, command, parsed) -> failed(e, command, console));
  }

  private static int failed(Exception e, CommandLine command, Console console) {
    return command.getCommand() instanceof CliCommand c
        ? failed(e, c.output.isJson(), c.isVerbose(), console)
        : failed(e, false, false, console);
  }

  private static int failed(Exception thrown, boolean json, boolean verbose, Console console) {
    Throwable e = Exceptions.unwrap(thrown);
    if (e instanceof MessagingException m) {
      FailureReport report = new FailureReport(m);
      console.err().println(json ? report.json() : report.text());
      return ExitCode.of(m.code());
    }
    String text = Objects.toString(e.getMessage(), e.getClass().getSimpleName());
    if (json) {
      console.err().println(Console.toJson(Map.of("error", text)));
    } else {
      console.note(FailureReport.printable(text));
    }
    if (verbose) {
      e.printStackTrace(console.err());
    }
    if (e instanceof CliException c) {
      return c.exitCode();
    }
    return e instanceof IllegalArgumentException ? ExitCode.USAGE : ExitCode.FAILURE;
  }

  /** The version of the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = ParleyCommand.class.getPackage().getImplementationVersion();
      return new String[] {"parley " + (version == null ? "(unpackaged)" : version)};
    }
  }
}
