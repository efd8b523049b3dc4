package dev.parley.cli.output;

/** A command cannot go on, for a reason that the user can read and act on. */
public final class CliException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  private CliException(int exitCode, String message) {
    super(message, null, false, false);
    this.exitCode = exitCode;
  }

  /** The command line, environment or configuration is wrong. */
  public static CliException usage(String message) {
    return new CliException(ExitCode.USAGE, message);
  }

  /** Something failed while the command ran. */
  public static CliException failure(String message) {
    return new CliException(ExitCode.FAILURE, message);
  }

  /** What is needed did not answer. */
  public static CliException unavailable(String message) {
    return new CliException(ExitCode.UNAVAILABLE, message);
  }

  public int exitCode() {
    return exitCode;
  }
}
