package dev.parley.cli.manual;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Writes the script with which zsh completes a command line: one function for each command. */
public final class ZshCompletion {
  private static final String TAIL =
      """
      if [[ $funcstack[1] == _parley ]]; then
        _parley "$@"
      else
        compdef _parley parley
      fi
      """;

  private ZshCompletion() {}

  public static String of(CommandLine root) {
    StringBuilder s = new StringBuilder("#compdef parley\n");
    s.append("# zsh completion of parley; written by: parley completion zsh\n");
    CommandModel.commands(root).forEach(command -> function(s, command));
    return s.append(TAIL).toString();
  }

  private static void function(StringBuilder s, CommandSpec command) {
    List<CommandSpec> below = CommandModel.below(command);
    s.append(name(command)).append("() {\n");
    if (!below.isEmpty()) {
      s.append("  local context state state_descr line\n");
      s.append("  typeset -A opt_args\n");
    }
    s.append(below.isEmpty() ? "  _arguments -s -S" : "  _arguments -C -s -S");
    CommandModel.options(command).forEach(option -> option(s, option));
    if (below.isEmpty()) {
      CommandModel.parameters(command).forEach(p -> parameter(s, command, p));
      s.append('\n');
    } else {
      s.append(" \\\n    '1: :->command' '*:: :->arguments'\n");
      choose(s, below);
    }
    s.append("}\n");
  }

  private static void choose(StringBuilder s, List<CommandSpec> below) {
    s.append("  case $state in\n    command)\n      local -a commands\n      commands=(\n");
    for (CommandSpec c : below) {
      s.append("        ").append(quoted(c.name() + ":" + CommandModel.summary(c))).append('\n');
    }
    s.append("      )\n      _describe -t commands command commands ;;\n");
    s.append("    arguments)\n      case $words[1] in\n");
    for (CommandSpec c : below) {
      s.append("        ").append(c.name()).append(") ").append(name(c)).append(" ;;\n");
    }
    s.append("      esac ;;\n  esac\n");
  }

  private static String name(CommandSpec command) {
    return "_" + command.qualifiedName("_").replace('-', '_');
  }

  private static void option(StringBuilder s, OptionSpec option) {
    List<String> names = CommandModel.names(option);
    String repeats = option.isMultiValue() ? "*" : "(" + String.join(" ", names) + ")";
    for (String name : names) {
      String text = repeats + name;
      if (CommandModel.takesValue(option)) {
        text += name.startsWith("--") ? "=" : "+";
      }
      text += "[" + escaped(CommandModel.description(option)).replace("]", "\\]") + "]";
      if (CommandModel.takesValue(option)) {
        text += ":" + escaped(option.paramLabel()) + ":" + action(option);
      }
      s.append(" \\\n    ").append(quoted(text));
    }
  }

  private static void parameter(
      StringBuilder s, CommandSpec command, PositionalParamSpec parameter) {
    String place = parameter.isMultiValue() ? "*" : Integer.toString(parameter.index().min() + 1);
    String action = action(parameter);
    if (command.userObject() instanceof HelpCommand) {
      action = "(" + String.join(" ", names(CommandModel.below(command.root()))) + ")";
    }
    s.append(" \\\n    ")
        .append(quoted(place + ":" + escaped(parameter.paramLabel()) + ":" + action));
  }

  private static List<String> names(List<CommandSpec> commands) {
    return commands.stream().map(CommandSpec::name).toList();
  }

  private static String action(ArgSpec arg) {
    List<String> values = CommandModel.values(arg);
    if (!values.isEmpty()) {
      return "(" + String.join(" ", values) + ")";
    }
    return CommandModel.takesFile(arg) ? "_files" : " ";
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("[", "\\[").replace(":", "\\:");
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
