package dev.parley.cli.manual;

import dev.parley.cli.options.SettingKeys;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What completion scripts, man pages and the reference page are written from. */
public final class CommandModel {
  private CommandModel() {}

  /** This command and those below it, without hidden ones, each before its own. */
  public static List<CommandSpec> commands(CommandLine root) {
    List<CommandSpec> commands = new ArrayList<>();
    collect(root.getCommandSpec(), commands);
    return commands;
  }

  private static void collect(CommandSpec command, List<CommandSpec> commands) {
    commands.add(command);
    below(command).forEach(c -> collect(c, commands));
  }

  /** The commands right below one. */
  public static List<CommandSpec> below(CommandSpec command) {
    return command.subcommands().values().stream()
        .map(CommandLine::getCommandSpec)
        .filter(c -> !c.usageMessage().hidden())
        .toList();
  }

  /** The options of a command, by their long names. */
  public static List<OptionSpec> options(CommandSpec command) {
    return command.options().stream()
        .filter(o -> !o.hidden())
        .sorted(Comparator.comparing(OptionSpec::longestName))
        .toList();
  }

  static List<PositionalParamSpec> parameters(CommandSpec command) {
    return command.positionalParameters().stream().filter(p -> !p.hidden()).toList();
  }

  /** The words after {@code parley}: {@code id new}. */
  public static String path(CommandSpec command) {
    String all = command.qualifiedName();
    return all.substring(Math.min(all.length(), SettingKeys.ROOT.length() + 1));
  }

  /** The names of an option as they are typed, short ones first. */
  static List<String> names(OptionSpec option) {
    List<String> names = new ArrayList<>(List.of(option.names()));
    names.sort(Comparator.comparingInt(String::length));
    return names;
  }

  static boolean takesValue(OptionSpec option) {
    return option.arity().max() > 0;
  }

  static boolean takesFile(ArgSpec arg) {
    return arg.type() == Path.class;
  }

  /** The values that an argument can have, if they are few. */
  public static List<String> values(ArgSpec arg) {
    if (arg.paramLabel().matches("[a-z]+(\\|[a-z]+)+")) {
      return List.of(arg.paramLabel().split("\\|", -1));
    }
    Iterable<String> candidates = arg.completionCandidates();
    return candidates == null
        ? List.of()
        : StreamSupport.stream(candidates.spliterator(), false).toList();
  }

  /** One sentence, without a full stop. */
  public static String summary(CommandSpec command) {
    String header = String.join(" ", command.usageMessage().header());
    return plain(header.endsWith(".") ? header.substring(0, header.length() - 1) : header);
  }

  static String description(CommandSpec command) {
    return plain(String.join(" ", command.usageMessage().description()));
  }

  public static String description(ArgSpec arg) {
    String text = String.join(" ", arg.description());
    return plain(text.replace("${COMPLETION-CANDIDATES}", String.join(", ", values(arg))));
  }

  /** The lines of a command's examples. */
  static List<String> examples(CommandSpec command) {
    List<String> lines = new ArrayList<>();
    for (String line : command.usageMessage().footer()) {
      lines.add(plain(line).strip());
    }
    return lines;
  }

  static String synopsis(CommandSpec command) {
    return command.commandLine().getHelp().synopsis(0).strip().replaceAll("\\s+", " ");
  }

  private static String plain(String text) {
    return text.replace("%%", "%");
  }
}
