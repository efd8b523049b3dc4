package dev.parley.node.state;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** The file system as a state file needs it: a test has it fail, or forget what was not forced. */
interface Disk {
  /** Opens a private file for reading and writing, and creates it empty where it does not exist. */
  Open open(Path file) throws IOException;

  /** Gives {@code from} the name {@code to}, in place of the file that has it, in one step. */
  void rename(Path from, Path to) throws IOException;

  void deleteIfExists(Path file) throws IOException;

  /** Makes durable which files have which names in a directory. */
  void forceDirectory(Path directory) throws IOException;

  /** A file that is open. */
  interface Open extends Closeable {
    /** Takes the file for this process; false if somebody else has it. Held until it is closed. */
    boolean lock() throws IOException;

    long size() throws IOException;

    /** The first {@code size} bytes, or fewer if there are not so many. */
    byte[] read(int size) throws IOException;

    /** Writes all of {@code bytes}. */
    void write(long at, ByteBuffer bytes) throws IOException;

    void truncate(long size) throws IOException;

    /** Makes content and size durable. */
    void force() throws IOException;
  }
}
