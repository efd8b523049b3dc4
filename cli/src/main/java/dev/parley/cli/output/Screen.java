package dev.parley.cli.output;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The terminal of this process, drawn on with the control sequences of ECMA-48. */
public final class Screen {
  /** The size of a frame that is not drawn on a terminal. */
  public static final int PLAIN_COLUMNS = 110;

  public static final int PLAIN_ROWS = 40;

  private static final String OTHER_SCREEN = "\u001b[?1049h\u001b[?25l";
  private static final String OWN_SCREEN = "\u001b[?25h\u001b[?1049l";
  private static final String HOME = "\u001b[H";
  private static final String END_LINE = "\u001b[K";
  private static final String END_SCREEN = "\u001b[J";
  private static final Pattern SIZE = Pattern.compile("(\\d{1,4}) (\\d{1,4})\\s*");
  private static final int SIZE_EVERY = 3;

  private int rows = 24;
  private int columns = 80;
  private int frames;

  /** Makes the lines of a frame of this size. */
  public interface Frame {
    List<String> lines(int columns, int rows);
  }

  /** Draws until {@code drawing} ends or the process does, and leaves the terminal as it was. */
  public void show(PrintStream out, Runnable drawing) {
    Thread restore = new Thread(() -> leave(out), "parley-screen");
    Runtime.getRuntime().addShutdownHook(restore);
    out.print(OTHER_SCREEN);
    try {
      drawing.run();
    } finally {
      leave(out);
      try {
        Runtime.getRuntime().removeShutdownHook(restore);
      } catch (IllegalStateException shuttingDown) {
        // The hook runs, or has run.
      }
    }
  }

  private static void leave(PrintStream out) {
    try {
      out.print(OWN_SCREEN);
      out.flush();
    } catch (OutputClosed e) {
      // Nobody looks any more.
    }
  }

  public void draw(PrintStream out, Frame frame) {
    if (frames++ % SIZE_EVERY == 0) {
      measure();
    }
    StringBuilder s = new StringBuilder(HOME);
    List<String> lines = frame.lines(columns, rows - 1);
    for (String line : lines.subList(0, Math.min(lines.size(), rows - 1))) {
      s.append(line).append(END_LINE).append("\r\n");
    }
    out.print(s.append(END_SCREEN));
    out.flush();
  }

  /** Asks stty, since Java does not tell; where there is none, the size stays as it is. */
  private void measure() {
    try {
      Process stty = new ProcessBuilder("stty", "size").redirectInput(new File("/dev/tty")).start();
      String size = new String(stty.getInputStream().readNBytes(32), StandardCharsets.US_ASCII);
      Matcher m = SIZE.matcher(size);
      if (stty.waitFor(1, TimeUnit.SECONDS) && m.matches()) {
        rows = Math.max(5, Integer.parseInt(m.group(1)));
        columns = Math.max(40, Integer.parseInt(m.group(2)));
      }
    } catch (IOException e) {
      // No stty.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
