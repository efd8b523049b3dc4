package dev.parley.cli.manual;

import dev.parley.cli.options.VersionText;
import dev.parley.cli.output.ExitCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code parley help}: the help of a command. */
@Command(
    name = "help",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    header = "Shows the help of a command, as COMMAND --help does.",
    footer = {"  parley help", "  parley help send", "  parley help id new"})
public final class HelpCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "The command; default is parley itself.")
  List<String> names = new ArrayList<>();

  @Spec @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    CommandLine shown = spec().root().commandLine();
    for (int i = 0; i < names.size(); i++) {
      CommandLine next = shown.getSubcommands().get(names.get(i));
      if (next == null) {
        // As the parser says it for a command that it does not know.
        throw new UnmatchedArgumentException(shown, names.subList(i, names.size()));
      }
      shown = next;
    }
    shown.usage(shown.getOut());
    return ExitCode.OK;
  }

  private CommandSpec spec() {
    return java.util.Objects.requireNonNull(spec);
  }
}
