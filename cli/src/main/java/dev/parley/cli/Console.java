package dev.parley.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a command reads and writes instead of the process's own streams, so that tests can look.
 *
 * @param in standard input
 * @param out results, and nothing else
 * @param err failures, notes and logs
 * @param isTerminal whether a person looks on
 */
record Console(InputStream in, PrintStream out, PrintStream err, boolean isTerminal) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** The streams of this process, in UTF-8. */
  static Console system() {
    return new Console(
        System.in,
        new PrintStream(System.out, true, StandardCharsets.UTF_8),
        new PrintStream(System.err, true, StandardCharsets.UTF_8),
        hasTerminal());
  }

  @SuppressWarnings("SystemConsoleNull") // what it warns of is what the second half is for
  private static boolean hasTerminal() {
    java.io.Console terminal = System.console();
    if (terminal == null) {
      return false;
    }
    try { // from JDK 22 on there is a console without a terminal too, and a method to ask it
      return (boolean) java.io.Console.class.getMethod("isTerminal").invoke(terminal);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }

  /** Streams that are no terminal. */
  Console(InputStream in, PrintStream out, PrintStream err) {
    this(in, out, err, false);
  }

  /** One JSON object on one line of standard output. */
  void json(Map<String, ?> object) {
    out.println(toJson(object));
    out.flush();
  }

  /** The JSON text of an object, on one line. */
  static String toJson(Map<String, ?> object) {
    return JSON.writeValueAsString(object);
  }

  /** Writes a line on a terminal over the one before, until {@link #endProgress}. */
  void progress(String text) {
    err.print("\r" + text + "\u001b[K");
    err.flush();
  }

  /** Goes on below the last line of progress. */
  void endProgress() {
    err.println();
  }

  /** A line of standard error for people. */
  void note(String text) {
    err.println("parley: " + text);
  }
}
