package dev.parley.transport.rsocket.socket;

import io.netty.channel.unix.Errors;
import org.jspecify.annotations.Nullable;

/**
 * What the operating system says of a socket, where Java has no type for it: the number of the
 * error where Netty keeps it, and else its text, which is the only thing that there is.
 */
enum OsError {
  /** This process has no file descriptors left, or the machine has none. */
  NO_DESCRIPTORS,
  /** The other side reset the connection. */
  RESET,
  /** Something else. */
  OTHER;

  private static final int ENFILE = -23;
  private static final int EMFILE = -24;

  static OsError of(@Nullable Throwable t) {
    for (Throwable c = t; c != null; c = c.getCause()) {
      OsError one =
          c instanceof Errors.NativeIoException e ? of(e.expectedErr()) : of(c.getMessage());
      if (one != OTHER) {
        return one;
      }
    }
    return OTHER;
  }

  private static OsError of(int number) {
    return number == EMFILE || number == ENFILE
        ? NO_DESCRIPTORS
        : number == Errors.ERRNO_ECONNRESET_NEGATIVE ? RESET : OTHER;
  }

  private static OsError of(@Nullable String text) {
    if (text == null) {
      return OTHER;
    }
    return text.endsWith("Too many open files") || text.endsWith("Too many open files in system")
        ? NO_DESCRIPTORS
        : text.endsWith("Connection reset by peer") ? RESET : OTHER;
  }
}
