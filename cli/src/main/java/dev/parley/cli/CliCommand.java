package dev.parley.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Mixin;

/** What every command that does something has: streams, settings and output options. */
abstract class CliCommand implements Callable<Integer> {
  @Mixin OutputOptions output = new OutputOptions();

  final Console console;
  final Settings settings;

  CliCommand(Console console, Settings settings) {
    this.console = console;
    this.settings = settings;
  }

  @Override
  public final Integer call() throws Exception {
    if (isVerbose() && LoggerFactory.getLogger("dev.parley") instanceof Logger logger) {
      logger.setLevel(Level.DEBUG);
    }
    return run();
  }

  final boolean isVerbose() {
    return output.verbose || settings.flag("verbose");
  }

  /** Does it and returns the exit code. */
  abstract int run() throws Exception;
}
