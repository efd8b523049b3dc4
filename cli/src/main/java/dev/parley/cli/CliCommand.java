package dev.parley.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.parley.cli.options.Configured;
import dev.parley.cli.options.OutputOptions;
import dev.parley.cli.options.Settings;
import dev.parley.cli.output.Console;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What every command that does something has: streams, settings and output options. */
abstract class CliCommand implements Callable<Integer>, Configured {
  @Mixin OutputOptions output = new OutputOptions();
  @Spec @Nullable CommandSpec spec;

  Console console;
  final Settings settings;

  CliCommand(Console console, Settings settings) {
    this.console = console;
    this.settings = settings;
  }

  @Override
  public final Integer call() throws Exception {
    if (spec != null) {
      settings.setFlags(spec, spec.commandLine().getParseResult());
    }
    if (output.quiet) {
      console = console.quietly();
    }
    if (output.verbose && LoggerFactory.getLogger("dev.parley") instanceof Logger logger) {
      logger.setLevel(Level.DEBUG);
    }
    return run();
  }

  @Override
  public final Settings settings() {
    return settings;
  }

  /** Does it and returns the exit code. */
  abstract int run() throws Exception;
}
