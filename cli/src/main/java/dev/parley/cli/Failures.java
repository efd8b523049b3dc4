package dev.parley.cli;

import dev.parley.IdentityFileException;
import dev.parley.IdentityFileException.Reason;
import dev.parley.MessagingException;
import dev.parley.cli.options.Settings;
import dev.parley.cli.output.CliException;
import dev.parley.cli.output.Console;
import dev.parley.cli.output.ExitCode;
import dev.parley.cli.output.FailureReport;
import dev.parley.cli.output.OutputClosed;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import reactor.core.Exceptions;

/** Tells on standard error why a command has failed: for people, or as one JSON object. */
final class Failures {
  private final Console console;
  private final List<String> args;
  private final boolean json;

  Failures(List<String> args, Map<String, String> env, Console console) {
    this.args = args;
    this.console = console;
    this.json = Settings.wantsJson(args, env);
  }

  /**
   * Tells why a command has failed and returns its exit code.
   *
   * @param command null if the failure was before it began
   */
  int tell(Throwable thrown, @Nullable CommandLine command) {
    Throwable e = Exceptions.unwrap(thrown);
    if (e instanceof ParameterException p) {
      return usage(p, null);
    }
    if (e instanceof OutputClosed) {
      return ExitCode.OUTPUT_CLOSED;
    }
    if (EndOnSignal.isEnding()) {
      return ExitCode.FAILURE; // the signal decides how the process ends, and why is known
    }
    CliCommand failed = command != null && command.getCommand() instanceof CliCommand c ? c : null;
    boolean asJson = failed == null ? json : failed.output.isJson();
    PrintStream err = console.err();
    if (e instanceof MessagingException m) {
      FailureReport report = new FailureReport(m);
      err.println(asJson ? report.json() : console.look().text(report.text()));
      return ExitCode.of(m.code());
    }
    String text = Objects.toString(e.getMessage(), e.getClass().getSimpleName());
    int exitCode = exitCode(e);
    if (asJson) {
      err.println(Console.toJson(facts(name(exitCode), text)));
    } else {
      console.complain(FailureReport.printable(text));
    }
    if (failed != null && failed.output.verbose) {
      e.printStackTrace(err);
    }
    return exitCode;
  }

  private static int exitCode(Throwable e) {
    if (e instanceof CliException c) {
      return c.exitCode();
    }
    if (e instanceof IdentityFileException i && i.reason() == Reason.NOT_FOUND) {
      return ExitCode.USAGE;
    }
    return e instanceof IllegalArgumentException ? ExitCode.USAGE : ExitCode.FAILURE;
  }

  private static String name(int exitCode) {
    return switch (exitCode) {
      case ExitCode.USAGE -> "USAGE";
      case ExitCode.UNAVAILABLE -> "UNAVAILABLE";
      default -> "FAILURE";
    };
  }

  private static Map<String, Object> facts(String code, String text) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("error", code);
    facts.put("message", text);
    return facts;
  }

  /** Tells what is wrong with a command line: how it should be, and last, the reason. */
  int usage(ParameterException e, @Nullable Settings settings) {
    UsageError error = new UsageError(e, args, source(e, settings));
    if (json) {
      Map<String, Object> facts = facts("USAGE", error.reason());
      facts.put("command", error.command());
      facts.put("usage", error.synopsis());
      if (!error.suggestions().isEmpty()) {
        facts.put("suggestions", error.suggestions());
      }
      console.err().println(Console.toJson(facts));
    } else {
      error.lines().forEach(console.err()::println);
      console.complain(error.reason());
    }
    return ExitCode.USAGE;
  }

  /** Where a wrong value is from, unless it is on the command line. */
  private @Nullable String source(ParameterException e, @Nullable Settings settings) {
    if (settings == null || !(e.getArgSpec() instanceof OptionSpec option)) {
      return null;
    }
    for (String name : option.names()) {
      boolean isShort = !name.startsWith("--");
      for (String arg : args) {
        if (arg.equals(name) || arg.startsWith(name + "=") || (isShort && arg.startsWith(name))) {
          return null;
        }
      }
    }
    return settings.source(option);
  }
}
