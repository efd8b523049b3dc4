package dev.parley.cli.manual;

import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Writes the script with which fish completes a command line. */
public final class FishCompletion {
  private static final String HEAD =
      """
      # fish completion of parley; written by: parley completion fish
      function __parley_command
          set -l command
          for word in (commandline -opc)[2..-1]
              switch "$command $word"
      """;
  private static final String TESTS =
      """
                      set command "$command $word"
              end
          end
          echo "$command"
      end
      function __parley_is
          set -l command (__parley_command)
          test "$command" = "$argv[1]"
      end
      complete -c parley -f
      """;

  private FishCompletion() {}

  public static String of(CommandLine root) {
    List<CommandSpec> commands = CommandModel.commands(root);
    StringBuilder s = new StringBuilder(HEAD);
    s.append("            case ")
        .append(
            commands.stream()
                .map(CommandModel::path)
                .filter(path -> !path.isEmpty())
                .map(path -> "' " + path + "'")
                .collect(Collectors.joining(" ")))
        .append('\n')
        .append(TESTS);
    commands.forEach(command -> complete(s, command));
    return s.toString();
  }

  private static void complete(StringBuilder s, CommandSpec command) {
    for (CommandSpec below : CommandModel.below(command)) {
      line(s, command, "-a " + below.name(), CommandModel.summary(below));
    }
    if (command.userObject() instanceof HelpCommand) {
      CommandModel.below(command.root())
          .forEach(c -> line(s, command, "-a " + c.name(), CommandModel.summary(c)));
    }
    for (PositionalParamSpec parameter : CommandModel.parameters(command)) {
      for (String value : CommandModel.values(parameter)) {
        line(s, command, "-a " + value, CommandModel.description(parameter));
      }
      if (CommandModel.takesFile(parameter)) {
        line(s, command, "-F", CommandModel.description(parameter));
      }
    }
    CommandModel.options(command).forEach(option -> option(s, command, option));
  }

  private static void option(StringBuilder s, CommandSpec command, OptionSpec option) {
    StringBuilder flags = new StringBuilder();
    for (String name : CommandModel.names(option)) {
      flags.append(name.startsWith("--") ? "-l " : "-s ").append(name.replaceAll("^-+", ""));
      flags.append(' ');
    }
    if (CommandModel.takesValue(option)) {
      List<String> values = CommandModel.values(option);
      flags.append(CommandModel.takesFile(option) ? "-r -F" : "-x");
      if (!values.isEmpty()) {
        flags.append(" -a ").append(quoted(String.join(" ", values)));
      }
    }
    line(s, command, flags.toString().strip(), CommandModel.description(option));
  }

  private static void line(StringBuilder s, CommandSpec command, String what, String description) {
    String path = CommandModel.path(command);
    s.append("complete -c parley -n ")
        .append(quoted("__parley_is \"" + (path.isEmpty() ? "" : " " + path) + "\""))
        .append(' ')
        .append(what)
        .append(" -d ")
        .append(quoted(description))
        .append('\n');
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
