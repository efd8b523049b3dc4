package dev.parley.cli.manual;

import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Writes the script with which bash completes a command line. */
public final class BashCompletion {
  private static final String HEAD =
      """
      # bash completion of parley; written by: parley completion bash
      _parley() {
        local command= word i cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
        COMPREPLY=()
        # --output=json is three words: bash breaks them at =.
        if [[ $cur == = ]]; then
          cur=
        elif [[ $prev == = ]]; then
          prev=${COMP_WORDS[COMP_CWORD - 2]}
        fi
        for ((i = 1; i < COMP_CWORD; i++)); do
          word=${COMP_WORDS[i]}
          case "$command $word" in
      """;
  private static final String OPTIONS =
      """
          esac
        done
        case "$command $prev" in
      """;
  private static final String WORDS =
      """
        esac
        case $command in
      """;
  private static final String TAIL =
      """
        esac
      }
      _parley_words() {
        COMPREPLY=($(compgen -W "$1" -- "$cur"))
      }
      _parley_files() {
        compopt -o filenames 2>/dev/null
        local IFS=$'\\n'
        COMPREPLY+=($(compgen -f -- "$cur"))
      }
      complete -F _parley parley
      """;

  private BashCompletion() {}

  public static String of(CommandLine root) {
    List<CommandSpec> commands = CommandModel.commands(root);
    StringBuilder s = new StringBuilder(HEAD);
    s.append("      ")
        .append(
            commands.stream()
                .map(CommandModel::path)
                .filter(path -> !path.isEmpty())
                .map(path -> "\" " + path + "\"")
                .collect(Collectors.joining(" | ")))
        .append(") command+=\" $word\" ;;\n");
    s.append(OPTIONS);
    commands.forEach(c -> CommandModel.options(c).forEach(o -> value(s, c, o)));
    s.append(WORDS);
    commands.forEach(c -> words(s, c));
    return s.append(TAIL).toString();
  }

  private static void value(StringBuilder s, CommandSpec command, OptionSpec option) {
    if (!CommandModel.takesValue(option)) {
      return;
    }
    String patterns =
        CommandModel.names(option).stream()
            .map(name -> "\"" + at(command) + " " + name + "\"")
            .collect(Collectors.joining(" | "));
    List<String> values = CommandModel.values(option);
    String action = CommandModel.takesFile(option) ? "_parley_files; return" : "return";
    s.append("    ")
        .append(patterns)
        .append(") ")
        .append(values.isEmpty() ? action : words(values) + "; return")
        .append(" ;;\n");
  }

  private static void words(StringBuilder s, CommandSpec command) {
    List<String> words =
        new java.util.ArrayList<>(
            CommandModel.below(command).stream().map(CommandSpec::name).toList());
    boolean files = false;
    for (PositionalParamSpec parameter : CommandModel.parameters(command)) {
      words.addAll(CommandModel.values(parameter));
      files |= CommandModel.takesFile(parameter);
    }
    if (command.userObject() instanceof HelpCommand) {
      CommandModel.below(command.root()).forEach(c -> words.add(c.name()));
    }
    CommandModel.options(command).forEach(o -> words.addAll(CommandModel.names(o)));
    s.append("    \"")
        .append(at(command))
        .append("\") ")
        .append(words(words))
        .append(files ? "; [[ $cur == -* ]] || _parley_files ;;\n" : " ;;\n");
  }

  private static String words(List<String> words) {
    return "_parley_words \"" + String.join(" ", words) + "\"";
  }

  private static String at(CommandSpec command) {
    String path = CommandModel.path(command);
    return path.isEmpty() ? "" : " " + path;
  }
}
