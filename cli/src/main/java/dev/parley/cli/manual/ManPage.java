package dev.parley.cli.manual;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Writes the man page of a command, in roff with the macros of man(7). */
public final class ManPage {
  private final CommandSpec command;
  private final StringBuilder s = new StringBuilder();

  private ManPage(CommandSpec command) {
    this.command = command;
  }

  /** {@code parley-send.1}. */
  public static String fileName(CommandSpec command) {
    return name(command) + ".1";
  }

  private static String name(CommandSpec command) {
    return command.qualifiedName("-");
  }

  public static String of(CommandSpec command) {
    return new ManPage(command).write();
  }

  private String write() {
    s.append(".TH ").append(text(name(command).toUpperCase(Locale.ROOT)));
    s.append(" 1 \"\" Parley \"Parley Manual\"\n");
    section("NAME");
    line(text(name(command)) + " \\- " + text(CommandModel.summary(command)));
    section("SYNOPSIS");
    line(
        "\\fB" + text(CommandModel.synopsis(command)).replaceFirst("( [\\[<A-Z].*)?$", "\\\\fR$1"));
    section("DESCRIPTION");
    String description = CommandModel.description(command);
    line(text(description.isEmpty() ? CommandModel.summary(command) + "." : description));
    arguments();
    options();
    commands();
    codes();
    settings();
    examples();
    seeAlso();
    return s.toString();
  }

  private void arguments() {
    List<PositionalParamSpec> parameters = CommandModel.parameters(command);
    if (!parameters.isEmpty()) {
      section("ARGUMENTS");
      parameters.forEach(
          p -> item("\\fI" + text(p.paramLabel()) + "\\fR", CommandModel.description(p)));
    }
  }

  private void options() {
    section("OPTIONS");
    for (OptionSpec option : CommandModel.options(command)) {
      String names =
          CommandModel.names(option).stream()
              .map(name -> "\\fB" + text(name) + "\\fR")
              .collect(Collectors.joining(", "));
      String value =
          CommandModel.takesValue(option) ? "=\\fI" + text(option.paramLabel()) + "\\fR" : "";
      item(names + value, CommandModel.description(option));
    }
  }

  private void commands() {
    if (!CommandModel.below(command).isEmpty()) {
      section("COMMANDS");
      for (CommandSpec below : CommandModel.below(command)) {
        item("\\fB" + text(name(below)) + "\\fR(1)", CommandModel.summary(below) + ".");
      }
    }
  }

  private void codes() {
    Map<String, String> codes = command.usageMessage().exitCodeList();
    if (!codes.isEmpty()) {
      section("EXIT STATUS");
      codes.forEach((code, meaning) -> item(text(code), meaning));
    }
  }

  private void settings() {
    section("ENVIRONMENT");
    line(
        text(
            "An option that is not on the command line is read from the environment, where"
                + " --drain-timeout is PARLEY_DRAIN_TIMEOUT or PARLEY_NODE_DRAIN_TIMEOUT, else from"
                + " the YAML file of --config. Both may set transport.limits.maxConnections and all"
                + " other settings of a node, too. NO_COLOR turns colours off."));
  }

  private void examples() {
    List<String> examples = CommandModel.examples(command);
    if (!examples.isEmpty() && command.parent() != null) {
      section("EXAMPLES");
      s.append(".nf\n");
      examples.forEach(example -> line(text(example)));
      s.append(".fi\n");
    }
  }

  private void seeAlso() {
    CommandSpec parent = command.parent();
    if (parent != null) {
      section("SEE ALSO");
      line("\\fB" + text(name(parent)) + "\\fR(1)");
    }
  }

  private void section(String title) {
    s.append(".SH ").append(title).append('\n');
  }

  private void item(String tag, String description) {
    s.append(".TP\n").append(tag).append('\n');
    line(text(description));
  }

  /** A line of text; one that starts like a request would vanish. */
  private void line(String text) {
    s.append(text.startsWith(".") || text.startsWith("'") ? "\\&" : "").append(text).append('\n');
  }

  /** Text in which nothing means anything to roff, and a minus can be copied as one. */
  private static String text(String text) {
    return text.replace("\\", "\\e")
        .replace("-", "\\-")
        .replace("~", "\\(ti")
        .replace("^", "\\(ha");
  }
}
