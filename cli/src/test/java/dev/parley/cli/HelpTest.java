package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cli.manual.CommandModel;
import dev.parley.cli.output.ExitCode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

class HelpTest {
  private static final int COLUMNS = 80;

  static List<String> paths() {
    return CommandModel.commands(Manual.model()).stream().map(CommandModel::path).toList();
  }

  @ParameterizedTest
  @MethodSource("paths")
  void isCompleteAndFits(String path) {
    CapturedConsole console = new CapturedConsole();

    assertThat(console.run((path + " --help").strip().split(" ", -1))).isEqualTo(ExitCode.OK);

    String help = console.out();
    assertThat(help.lines()).allMatch(line -> line.length() <= COLUMNS);
    assertThat(help)
        .contains("Usage: parley")
        .contains("Examples:\n  ")
        .doesNotContain("%n", "%%", "${");
    String letters = help.replaceAll("\\s+", "");
    for (ArgSpec arg : spec(path).args()) {
      if (!arg.hidden()) {
        assertThat(letters).contains(CommandModel.description(arg).replace(" ", ""));
      }
    }
    assertThat(new CapturedConsole().run(("help " + path).strip().split(" ", -1))).isZero();
  }

  @ParameterizedTest
  @MethodSource("paths")
  void tellsExitCodesOfWhatDoesSomething(String path) {
    CommandSpec command = spec(path);
    if (command.userObject() instanceof CliCommand) {
      assertThat(command.usageMessage().exitCodeList()).containsKeys("0", "1", "2", "141");
    }
  }

  /** One letter is one option everywhere. */
  @Test
  void shortOptionsMeanTheSameInAllCommands() {
    Map<String, String> meanings = new TreeMap<>();
    for (CommandSpec command : CommandModel.commands(Manual.model())) {
      for (OptionSpec option : CommandModel.options(command)) {
        String shortest = option.shortestName();
        if (shortest.length() == 2) {
          String before = meanings.putIfAbsent(shortest, option.longestName());
          assertThat(before).as(shortest).isIn(null, option.longestName());
        }
      }
    }
    assertThat(meanings)
        .containsEntry("-n", "--count")
        .containsEntry("-t", "--timeout")
        .containsEntry("-o", "--output")
        .containsEntry("-v", "--verbose")
        .containsEntry("-q", "--quiet")
        .containsEntry("-i", "--identity");
  }

  @Test
  void theRootListsEveryCommandWithAWholeSentence() {
    CapturedConsole console = new CapturedConsole();
    console.run("help");
    String words = console.out().replaceAll("\\s+", " ");

    for (CommandSpec command : CommandModel.below(spec(""))) {
      assertThat(words).contains(command.name() + " " + CommandModel.summary(command) + ".");
    }
  }

  @Test
  void theVersionTellsTheJvmToo() {
    CapturedConsole console = new CapturedConsole();

    assertThat(console.run("--version")).isZero();
    assertThat(console.out()).startsWith("parley ").contains(Runtime.version().toString());
  }

  private static CommandSpec spec(String path) {
    return CommandModel.commands(Manual.model()).stream()
        .filter(c -> CommandModel.path(c).equals(path))
        .findFirst()
        .orElseThrow();
  }
}
