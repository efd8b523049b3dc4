package dev.parley.cli;

import dev.parley.cli.manual.HelpCommand;
import dev.parley.cli.options.Settings;
import dev.parley.cli.output.Console;
import dev.parley.cli.output.ExitCode;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The commands, and how their help looks. A command is made when it is asked for: most are not. */
final class Commands {
  private static final int HELP_COLUMNS = 80;

  /** The names, in the order in which help lists them. */
  static final List<String> NAMES =
      List.of(
          "id",
          "node",
          "send",
          "signal",
          "subscribe",
          "chat",
          "send-file",
          "ping",
          "bench",
          "resolve",
          "explain",
          "peers",
          "top",
          "sim",
          "demo",
          "completion",
          "help",
          "demo-agent",
          "training-run");

  private Commands() {}

  /** The command line with all commands. */
  static CommandLine all(Console console, Settings settings) {
    return make(NAMES, console, settings);
  }

  /** The command line with as many commands as these arguments need. */
  static CommandLine forArguments(List<String> args, Console console, Settings settings) {
    String first = args.isEmpty() ? "" : args.get(0);
    if (first.equals("--version") || first.equals("-V")) {
      return make(List.of(), console, settings);
    }
    boolean one = NAMES.contains(first) && !first.equals("help") && !first.equals("completion");
    return make(one ? List.of(first) : NAMES, console, settings);
  }

  private static CommandLine make(List<String> names, Console console, Settings settings) {
    CommandLine root = new CommandLine(new ParleyCommand());
    for (String name : names) {
      root.addSubcommand(create(name, console, settings));
    }
    Help.Ansi ansi = console.look().colour() ? Help.Ansi.ON : Help.Ansi.OFF;
    root.setCaseInsensitiveEnumValuesAllowed(true)
        .setDefaultValueProvider(settings)
        .setColorScheme(Help.defaultColorScheme(ansi))
        .setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
    layOut(root);
    return root;
  }

  private static Object create(String name, Console console, Settings settings) {
    return switch (name) {
      case "id" ->
          new CommandLine(new IdCommand())
              .addSubcommand(new IdCommand.New(console, settings))
              .addSubcommand(new IdCommand.Show(console, settings));
      case "node" -> new NodeCommand(console, settings);
      case "send" -> new SendCommand(console, settings);
      case "signal" -> new SignalCommand(console, settings);
      case "subscribe" -> new SubscribeCommand(console, settings);
      case "chat" -> new ChatCommand(console, settings);
      case "send-file" -> new SendFileCommand(console, settings);
      case "ping" -> new PingCommand(console, settings);
      case "bench" -> new BenchCommand(console, settings);
      case "resolve" -> new ResolveCommand(console, settings);
      case "explain" -> new ExplainCommand(console, settings);
      case "peers" -> new PeersCommand(console, settings);
      case "top" -> new TopCommand(console, settings);
      case "sim" -> new SimCommand(console, settings);
      case "demo" -> new DemoCommand(console, settings);
      case "completion" -> new CompletionCommand(console, settings);
      case "help" -> new HelpCommand();
      case "demo-agent" -> new DemoAgentCommand(console, settings);
      case "training-run" -> new TrainingRunCommand(console, settings);
      default -> throw new IllegalArgumentException("no command " + name);
    };
  }

  private static void layOut(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    UsageMessageSpec usage = spec.usageMessage();
    usage
        .width(HELP_COLUMNS)
        .abbreviateSynopsis(true)
        .synopsisHeading("%nUsage: ")
        .parameterListHeading("%nArguments:%n")
        .optionListHeading("%nOptions:%n")
        .commandListHeading("%nCommands:%n");
    if (usage.description().length > 0) {
      usage.descriptionHeading("%n");
    }
    if (usage.footer().length > 0 && usage.footerHeading().isEmpty()) {
      usage.footerHeading("%nExamples:%n");
    }
    if (spec.userObject() instanceof CliCommand || spec.root() == spec) {
      Map<String, String> codes = ExitCode.meanings(hasNetwork(spec));
      usage.exitCodeListHeading("%nExit codes:%n").exitCodeList(codes);
    }
    command.getSubcommands().values().forEach(Commands::layOut);
  }

  private static boolean hasNetwork(CommandSpec spec) {
    return spec.root() == spec || spec.mixins().containsKey("network") || spec.name().equals("top");
  }
}
