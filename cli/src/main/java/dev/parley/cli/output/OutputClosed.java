package dev.parley.cli.output;

/**
 * Nobody reads the output any more, as behind {@code | head -1}. Unchecked, since a {@link
 * java.io.PrintStream} keeps checked failures to itself.
 */
public final class OutputClosed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  OutputClosed() {
    super("the output is closed", null, false, false);
  }
}
