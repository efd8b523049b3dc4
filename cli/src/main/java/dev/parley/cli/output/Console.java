package dev.parley.cli.output;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a command reads and writes instead of the process's own streams, so that tests can look.
 *
 * @param in standard input
 * @param out results, and nothing else; ends the command by {@link OutputClosed} when nobody reads
 * @param err failures, notes and logs
 * @param look what may be shown
 * @param quiet whether notes and progress are left out
 */
public record Console(InputStream in, PrintStream out, PrintStream err, Look look, boolean quiet) {
  private static final class Json {
    static final JsonMapper MAPPER = JsonMapper.builder().build();
  }

  /** The streams of this process, in UTF-8. */
  public static Console ofProcess(Map<String, String> env) {
    return new Console(
        System.in, ProcessOutput.out(), ProcessOutput.err(), Look.ofProcess(env), false);
  }

  /** Streams that are no terminal. */
  public Console(InputStream in, PrintStream out, PrintStream err) {
    this(in, out, err, Look.PLAIN, false);
  }

  /** This one, with failures but no notes and no progress on standard error. */
  public Console quietly() {
    return new Console(in, out, err, look, true);
  }

  /** One JSON object on one line of standard output. */
  public void json(Map<String, ?> object) {
    out.println(toJson(object));
    out.flush();
  }

  /** A line of a result for people. */
  public void line(String text) {
    out.println(look.text(text));
    out.flush();
  }

  /** The JSON text of an object, on one line. */
  public static String toJson(Map<String, ?> object) {
    return Json.MAPPER.writeValueAsString(object);
  }

  /**
   * Tells how far something is: on a terminal by a line that replaces the one before, until {@link
   * #endProgress}; else by a note.
   *
   * @throws OutputClosed if nobody reads standard error any more
   */
  public void progress(String text) {
    if (quiet) {
      return;
    }
    if (look.progress()) {
      err.print("\r" + look.text(text) + "\u001b[K");
      err.flush();
    } else {
      note(text);
    }
    if (err.checkError()) {
      throw new OutputClosed();
    }
  }

  /** Goes on below the last line of progress. */
  public void endProgress() {
    if (look.progress() && !quiet) {
      err.println();
    }
  }

  /** A line of standard error for people who want to know. */
  public void note(String text) {
    if (!quiet) {
      complain(text);
    }
  }

  /** A line of standard error that tells why the command fails. */
  public void complain(String text) {
    err.println(look.text("parley: " + text));
  }
}
