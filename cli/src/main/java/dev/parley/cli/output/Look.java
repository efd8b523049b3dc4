package dev.parley.cli.output;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What may be shown besides plain ASCII lines.
 *
 * @param screen whether standard output is a terminal that can be drawn on
 * @param progress whether standard error is one, where a line can replace the one before
 * @param colour whether text on a terminal may be coloured
 * @param unicode whether the locale has bars and arrows
 */
public record Look(boolean screen, boolean progress, boolean colour, boolean unicode) {
  private static final String SIGNS = "…→—–×\ufffd";
  private static final String[] PLAIN_SIGNS = {"...", "->", "-", "-", "x", "?"};

  /** Plain ASCII lines. */
  public static final Look PLAIN = new Look(false, false, false, false);

  /** What this process's terminal and environment allow. */
  public static Look ofProcess(Map<String, String> env) {
    // Empty counts as unset: https://no-color.org
    boolean colour = env.getOrDefault("NO_COLOR", "").isEmpty();
    boolean obeys = !env.getOrDefault("TERM", "dumb").equals("dumb");
    boolean screen = obeys && isTerminal(1);
    return new Look(screen, obeys && isTerminal(2), screen && colour, isUtf8(localeCharset()));
  }

  /** The program's own text, in signs that the locale has; what a peer wrote stays as it is. */
  public String text(String text) {
    return unicode ? text : ascii(text);
  }

  static String ascii(String text) {
    String plain = text;
    for (int i = 0; i < PLAIN_SIGNS.length; i++) {
      plain = plain.replace(SIGNS.substring(i, i + 1), PLAIN_SIGNS[i]);
    }
    return plain;
  }

  /** The charset of the locale, which file names and arguments are in. */
  public static Charset localeCharset() {
    String name = System.getProperty("native.encoding", "UTF-8");
    return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.US_ASCII;
  }

  public static boolean isUtf8(Charset charset) {
    return charset.equals(StandardCharsets.UTF_8);
  }

  /** Asks the system about one stream; Java tells only whether input and output both are one. */
  private static boolean isTerminal(int stream) {
    Path link = Path.of("/proc/self/fd/" + stream);
    if (Files.isSymbolicLink(link)) {
      try {
        String target = Files.readSymbolicLink(link).toString();
        return target.startsWith("/dev/pts/")
            || target.startsWith("/dev/tty")
            || target.equals("/dev/console");
      } catch (IOException e) {
        return false;
      }
    }
    return hasConsole();
  }

  @SuppressWarnings("SystemConsoleNull") // null before Java 22, and isTerminal() after
  private static boolean hasConsole() {
    java.io.Console console = System.console();
    if (console == null) {
      return false;
    }
    try { // from Java 22 on there is a console without a terminal, and a method that says so
      return (boolean) java.io.Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (IllegalAccessException | InvocationTargetException e) {
      return false;
    }
  }
}
