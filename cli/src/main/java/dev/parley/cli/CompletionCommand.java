package dev.parley.cli;

import dev.parley.cli.manual.BashCompletion;
import dev.parley.cli.manual.FishCompletion;
import dev.parley.cli.manual.ZshCompletion;
import dev.parley.cli.options.Settings;
import dev.parley.cli.options.VersionText;
import dev.parley.cli.output.Console;
import dev.parley.cli.output.ExitCode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code parley completion}: a script that has a shell complete the command line. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    header = "Prints a script with which a shell completes commands and options.",
    footer = {
      "  source <(parley completion bash)               # for this shell",
      "  parley completion bash > ~/.local/share/bash-completion/completions/parley",
      "  parley completion zsh > \"${fpath[1]}/_parley\"",
      "  parley completion fish > ~/.config/fish/completions/parley.fish"
    })
final class CompletionCommand extends CliCommand {
  /** A shell for which there is a script. */
  enum Shell {
    BASH,
    ZSH,
    FISH;

    /** The script that completes this command line. */
    String script(CommandLine root) {
      return switch (this) {
        case BASH -> BashCompletion.of(root);
        case ZSH -> ZshCompletion.of(root);
        case FISH -> FishCompletion.of(root);
      };
    }
  }

  @Parameters(paramLabel = "bash|zsh|fish", description = "The shell.")
  @Nullable Shell shell;

  CompletionCommand(Console console, Settings settings) {
    super(console, settings);
  }

  @Override
  int run() {
    CommandLine root = Objects.requireNonNull(spec).root().commandLine();
    console.out().print(Objects.requireNonNull(shell).script(root));
    return ExitCode.OK;
  }
}
