package dev.parley.cli;

import dev.parley.cli.output.CliException;
import dev.parley.cli.output.Look;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The arguments of this process, as far as Java has lost some of them. */
final class Arguments {
  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

  private Arguments() {}

  /**
   * Refuses arguments that this locale cannot read: in the C locale Java turns every byte that is
   * not ASCII into a question mark, and another message than was meant would be sent.
   */
  static void requireReadable() {
    if (Look.isUtf8(Look.localeCharset()) || !Files.isReadable(COMMAND_LINE)) {
      return;
    }
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(COMMAND_LINE);
    } catch (IOException e) {
      return;
    }
    requireReadable(bytes, System.getProperty("sun.jnu.encoding", ""));
  }

  static void requireReadable(byte[] commandLine, String encoding) {
    if (!encoding.equals("ANSI_X3.4-1968") && !encoding.equals("US-ASCII")) {
      return;
    }
    for (byte b : commandLine) {
      if (b < 0) {
        throw CliException.usage(
            "this locale cannot read arguments that are not ASCII: set LC_ALL=C.UTF-8, or give the"
                + " message on standard input");
      }
    }
  }
}
