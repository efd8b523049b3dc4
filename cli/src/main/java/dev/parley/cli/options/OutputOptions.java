package dev.parley.cli.options;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every command: how it speaks, and where else its options come from. */
public final class OutputOptions {
  /** The form of results and failures. */
  enum Format {
    TEXT,
    JSON
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "text|json",
      description = "Form of results and failures; default text.")
  Format format = Format.TEXT;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "YAML file with options; the environment (PARLEY_*) and flags win over it.")
  @Nullable Path config;

  @Option(
      names = {"-q", "--quiet"},
      description = "Leaves out notes and progress; failures are still told.")
  public boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      description = "Logs more on standard error.")
  public boolean verbose;

  public boolean isJson() {
    return format == Format.JSON;
  }
}
