package dev.parley.cli.manual;

import dev.parley.cli.options.SettingKeys;
import dev.parley.cli.output.ExitCode;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Writes the reference of all commands, in Markdown. */
public final class ReferencePage {
  private static final String HEAD =
      """
      # The command line

      This page is written from the commands themselves; `ManualTest` compares it with them
      and writes it anew with `-Dparley.docs.write=true`. `parley help COMMAND` shows the same.

      ## Configuration

      An option is taken from the command line, else from the environment, else from the YAML file
      that `--config` (or `PARLEY_CONFIG`) names. The column *key* is its name in the file; in the
      environment it is in capitals behind `PARLEY_`, with `_` for `-`: `drain-timeout` is
      `PARLEY_DRAIN_TIMEOUT`. Every option also has a key of its own command, which wins:
      `ping-timeout`, in the environment `PARLEY_PING_TIMEOUT`, in the file

      ```yaml
      timeout: 5s
      ping:
        timeout: 1s
      ```

      The file and the environment also hold the settings of the node that are no options of a command,
      as `transport: {limits: {maxConnections: 200}}`: see [configuration](configuration.md).

      Flags are `true` or `false`. Secrets are named by file only; see
      [decision 0015](decisions/0015-one-rule-for-secret-files.md).

      ## Exit codes

      """;

  private ReferencePage() {}

  public static String of(CommandLine root) {
    StringBuilder s = new StringBuilder(HEAD);
    s.append("| code | meaning |\n| --- | --- |\n");
    ExitCode.meanings(true)
        .forEach((code, meaning) -> s.append("| " + code + " | " + cell(meaning) + " |\n"));
    s.append("\n## Options of all commands\n");
    List<CommandSpec> commands = CommandModel.commands(root);
    CommandSpec any =
        commands.stream().filter(c -> c.name().equals("ping")).findFirst().orElseThrow();
    options(s, CommandModel.options(any).stream().filter(ReferencePage::isCommon).toList());
    commands.stream().filter(c -> c.parent() != null).forEach(c -> command(s, c));
    return s.toString();
  }

  private static boolean isCommon(OptionSpec option) {
    return option.usageHelp()
        || option.versionHelp()
        || List.of("--config", "--output", "--quiet", "--verbose").contains(option.longestName());
  }

  private static void command(StringBuilder s, CommandSpec command) {
    s.append("\n## ").append(command.qualifiedName()).append("\n\n");
    s.append(CommandModel.summary(command)).append(".\n");
    String description = CommandModel.description(command);
    if (!description.isEmpty()) {
      s.append('\n').append(description.replace("<", "&lt;")).append('\n');
    }
    s.append("\n```text\n").append(CommandModel.synopsis(command)).append("\n```\n");
    if (!CommandModel.parameters(command).isEmpty()) {
      s.append("\n| argument | |\n| --- | --- |\n");
      CommandModel.parameters(command)
          .forEach(
              p ->
                  s.append("| " + code(p.paramLabel()))
                      .append(" | " + cell(CommandModel.description(p)) + " |\n"));
    }
    options(s, CommandModel.options(command).stream().filter(o -> !isCommon(o)).toList());
    List<String> examples = CommandModel.examples(command);
    if (!examples.isEmpty()) {
      s.append("\n```sh no-run=\"one example of each form, with invented addresses\"\n")
          .append(String.join("\n", examples))
          .append("\n```\n");
    }
  }

  private static void options(StringBuilder s, List<OptionSpec> options) {
    if (options.isEmpty()) {
      return;
    }
    s.append("\n| option | key | |\n| --- | --- | --- |\n");
    for (OptionSpec option : options) {
      String value =
          CommandModel.takesValue(option)
              ? " " + option.paramLabel().toUpperCase(Locale.ROOT).replace("TEXT|JSON", "text|json")
              : "";
      String names =
          CommandModel.names(option).stream()
              .map(name -> code(name + (name.startsWith("--") ? value : "")))
              .collect(Collectors.joining(", "));
      boolean isSetting = !option.usageHelp() && !option.versionHelp();
      List<String> keys = SettingKeys.of(option);
      s.append("| ").append(names).append(" | ");
      s.append(isSetting ? code(keys.get(keys.size() - 1)) : "").append(" | ");
      s.append(cell(CommandModel.description(option))).append(" |\n");
    }
  }

  private static String code(String text) {
    return "`" + text.replace("|", "\\|") + "`";
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("<", "&lt;");
  }
}
