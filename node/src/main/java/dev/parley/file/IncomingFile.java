package dev.parley.file;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * A file that is being received, under its temporary name until it is whole. Blocks; thread-safe,
 * so that it may be closed while another thread writes, which then fails. For why it is no {@link
 * java.nio.channels.FileChannel}, see {@link OutgoingFile}.
 */
final class IncomingFile {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final Disk disk;
  private final Path part;
  private final Path target;
  private final long size;
  private @Nullable RandomAccessFile content; // guarded by this, like the rest
  private boolean closed;
  private Sha256 digest = Sha256.create();
  private long length;

  IncomingFile(Disk disk, Path part, Path target, long size) {
    this.disk = disk;
    this.part = part;
    this.target = target;
    this.size = size;
  }

  /**
   * What is known of a part without reading it.
   *
   * @param length how many bytes it has
   * @param digest of all of them
   */
  record Held(long length, Sha256 digest) {}

  /** Opens what is there of the file, and learns its digest unless {@code known} tells it. */
  synchronized void open(@Nullable Held known) throws IOException {
    requireOpen();
    if (Files.exists(part, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(part, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("what has the temporary name is no regular file");
    }
    RandomAccessFile opened = disk.open(part);
    content = opened;
    long present = opened.length();
    if (known != null && known.length() == present) {
      length = present;
      digest = known.digest().copy();
      opened.seek(present);
      return;
    }
    if (present > size) {
      opened.setLength(0);
    }
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int n = opened.read(buffer); n > 0; n = opened.read(buffer)) {
      digest.update(buffer, n);
      length += n;
    }
  }

  private void requireOpen() throws IOException {
    if (closed) {
      throw new IOException("the transfer is over");
    }
  }

  private RandomAccessFile opened() throws IOException {
    requireOpen();
    RandomAccessFile open = content;
    if (open == null) {
      throw new IOException("the file is not open");
    }
    return open;
  }

  synchronized long length() {
    return length;
  }

  synchronized String sha256() {
    return digest.hex();
  }

  /** Drops what is there. */
  synchronized void restart() throws IOException {
    opened().setLength(0);
    opened().seek(0);
    digest = Sha256.create();
    length = 0;
  }

  synchronized void write(byte[] bytes) throws IOException {
    disk.write(opened(), bytes);
    digest.update(bytes, bytes.length);
    length += bytes.length;
  }

  /**
   * Gives the file its name, at once and whole.
   *
   * @throws FileAlreadyExistsException if the name is taken by now and is not to be overwritten
   */
  synchronized void publish(boolean overwrite) throws IOException {
    opened().getFD().sync();
    closeNow();
    if (overwrite) {
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    try {
      // A rename would replace a file that has come in the meantime; a new link does not.
      Files.createLink(target, part);
      Files.delete(part);
    } catch (UnsupportedOperationException e) {
      renameWhereFree();
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException e) {
      renameWhereFree(); // some file systems have no links, and say so like this
    }
  }

  private void renameWhereFree() throws IOException {
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(target.toString());
    }
    try {
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("the directory's file system cannot rename", e);
    }
  }

  /** Deletes it. */
  synchronized void discard() throws IOException {
    closeNow();
    Files.deleteIfExists(part);
  }

  /** Closes it and tells what is there, or null where that is not known. */
  synchronized @Nullable Held close() throws IOException {
    boolean known = content != null && !closed;
    closeNow();
    return known && length > 0 ? new Held(length, digest) : null;
  }

  private void closeNow() throws IOException {
    closed = true;
    RandomAccessFile open = content;
    if (open != null) {
      open.close();
    }
  }
}
