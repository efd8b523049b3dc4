package dev.parley.cli;

import dev.parley.cli.options.Spelling;
import dev.parley.cli.output.FailureReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** A command line that cannot be understood: the reason, and as much help as it takes. */
final class UsageError {
  private static final int MAX_SUGGESTIONS = 3;

  private final ParameterException failure;
  private final @Nullable String unknown;
  private final @Nullable String source;
  private final CommandLine command;

  /**
   * @param args the whole command line
   * @param source where the wrong value is from; null if from the command line
   */
  UsageError(ParameterException failure, List<String> args, @Nullable String source) {
    this.failure = failure;
    this.source = source;
    this.command = failure.getCommandLine();
    this.unknown = unknown(args);
  }

  /**
   * What is not known of the command line. The parser finds another fault first where it takes the
   * value of an option that it does not know for an argument.
   */
  private @Nullable String unknown(List<String> args) {
    Map<String, OptionSpec> known = command.getCommandSpec().optionsMap();
    for (int i = 0; i < args.size() && !args.get(i).equals("--"); i++) {
      String arg = args.get(i);
      String name = arg.contains("=") ? arg.substring(0, arg.indexOf('=')) : arg;
      OptionSpec option = known.get(name);
      if (option != null) {
        i += name.equals(arg) && option.arity().max() > 0 ? 1 : 0;
      } else if (name.startsWith("--")
          || (name.matches("-[^0-9].*") && !known.containsKey(name.substring(0, 2)))) {
        return name;
      }
    }
    return failure instanceof UnmatchedArgumentException unmatched
        ? unmatched.getUnmatched().get(0)
        : null;
  }

  private boolean lacksCommand() {
    return unknown == null && failure.getArgSpec() == null && !command.getSubcommands().isEmpty();
  }

  /** {@code parley send}. */
  String command() {
    return command.getCommandSpec().qualifiedName();
  }

  /** One line: {@code parley send [OPTIONS] ID[@HOST:PORT] [TEXT]}. */
  String synopsis() {
    // Where the command is left out, the first word was no option: show that one is expected.
    return command.getHelp().synopsis(0).strip().replaceAll("\\s+", " ");
  }

  /** The lines before the reason: the usage of the command, and of the option that is wrong. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("usage: " + synopsis());
    lines.addAll(argument());
    if (lacksCommand()) {
      lines.add("commands: " + String.join(", ", commands()));
    }
    lines.add("help:  " + command() + " --help");
    return lines;
  }

  private List<String> argument() {
    ArgSpec arg = unknown == null ? failure.getArgSpec() : null;
    if (unknown == null && failure instanceof MissingParameterException missing) {
      arg = missing.getMissing().isEmpty() ? null : missing.getMissing().get(0);
    }
    Help help = command.getHelp();
    Help.Layout layout = help.createDefaultLayout();
    if (arg instanceof OptionSpec option) {
      layout.addOption(option, help.createDefaultParamLabelRenderer());
    } else if (arg instanceof PositionalParamSpec parameter) {
      layout.addPositionalParameter(parameter, help.createDefaultParamLabelRenderer());
    } else {
      return List.of();
    }
    return layout.toString().lines().toList();
  }

  private List<String> commands() {
    return command.getSubcommands().entrySet().stream()
        .filter(e -> !e.getValue().getCommandSpec().usageMessage().hidden())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** What may have been meant instead; empty if nothing is near. */
  List<String> suggestions() {
    if (unknown == null) {
      return List.of();
    }
    List<String> known = unknown.startsWith("-") ? options() : commands();
    return Spelling.nearest(unknown, known, MAX_SUGGESTIONS);
  }

  private List<String> options() {
    return command.getCommandSpec().options().stream()
        .filter(o -> !o.hidden())
        .map(OptionSpec::longestName)
        .toList();
  }

  /** The reason, on one line. */
  String reason() {
    String reason = FailureReport.printable(what());
    List<String> meant = suggestions();
    if (!meant.isEmpty()) {
      reason += "; did you mean " + String.join(" or ", meant) + "?";
    }
    return source == null ? reason : reason + " (from " + source + ")";
  }

  private String what() {
    if (unknown != null) {
      if (unknown.startsWith("-") && unknown.length() > 1) {
        return "unknown option " + unknown;
      }
      return (command.getSubcommands().isEmpty() ? "one argument too many: " : "unknown command ")
          + unknown;
    }
    if (lacksCommand()) {
      return "a command is missing";
    }
    if (failure instanceof MissingParameterException missing && !missing.getMissing().isEmpty()) {
      ArgSpec first = missing.getMissing().get(0);
      if (first instanceof PositionalParamSpec) {
        return first.paramLabel() + " is missing";
      }
    }
    String text = Objects.toString(failure.getMessage(), "wrong arguments");
    return text.lines()
        .findFirst()
        .orElse(text)
        .replaceFirst("^Invalid value for option '([^']*)'( \\([^)]*\\))?", "$1")
        .replaceFirst("^Invalid value for positional parameter at index \\d+ \\((.*?)\\): ", "$1: ")
        .replaceFirst("is not an? (int|long|double)$", "is not a number");
  }
}
