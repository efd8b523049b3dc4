package dev.parley.cli.output;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Standard output of this process. It is the only way to write there, and does not keep failures to
 * itself as {@code System.out} does: once nobody reads any more, every write throws {@link
 * OutputClosed}, and one that fails for another reason, such as a full disk, a {@link
 * CliException}.
 */
public final class ProcessOutput extends OutputStream {
  private static final int FILE_TYPE = 0170000;
  private static final int PIPE = 0010000;
  private static final int SOCKET = 0140000;
  private static final int BUFFER_BYTES = 8192;

  private final OutputStream target;
  private final Path device;
  private boolean closed; // guarded by the PrintStream's lock, through which all writes come

  public ProcessOutput(OutputStream target, Path device) {
    this.target = target;
    this.device = device;
  }

  /** Standard output, in UTF-8, flushed at the end of each line. */
  static PrintStream out() {
    OutputStream out = new FileOutputStream(FileDescriptor.out);
    ProcessOutput noticing = new ProcessOutput(out, Path.of("/dev/stdout"));
    return print(new BufferedOutputStream(noticing, BUFFER_BYTES));
  }

  /**
   * Standard error, in UTF-8. A note that nobody reads must not end a node, so that this one keeps
   * failures to itself; who shows progress asks {@link PrintStream#checkError}.
   */
  static PrintStream err() {
    return print(new BufferedOutputStream(new FileOutputStream(FileDescriptor.err), BUFFER_BYTES));
  }

  private static PrintStream print(OutputStream out) {
    return new PrintStream(out, true, StandardCharsets.UTF_8);
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    if (closed) {
      throw new OutputClosed();
    }
    try {
      target.write(bytes, offset, length);
    } catch (IOException e) {
      closed = true;
      if (isForReader()) {
        throw new OutputClosed();
      }
      throw CliException.failure("cannot write standard output: " + e.getMessage());
    }
  }

  /** Whether a process reads what is written; the exception tells that in words only. */
  private boolean isForReader() {
    try {
      int type = (int) Files.getAttribute(device, "unix:mode") & FILE_TYPE;
      return type == PIPE || type == SOCKET;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return true;
    }
  }
}
