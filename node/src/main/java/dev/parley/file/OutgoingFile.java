package dev.parley.file;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A file that is being sent: opened once for all attempts, with digests of its beginnings, so that
 * an attempt that goes on in the middle need not read it again from its start. Blocks; thread-safe.
 *
 * <p>No {@link java.nio.channels.FileChannel}: that closes itself when its thread is interrupted,
 * which is what cancelling a task does.
 */
final class OutgoingFile {
  /** A digest is kept every so many bytes. */
  private static final long STEP_BYTES = 4L << 20;

  /** How many digests are kept: those from where the receiver surely is. */
  private static final int MAX_STEPS = 64;

  private static final int BUFFER_BYTES = 64 * 1024;

  private final Path path;
  private final RandomAccessFile content; // guarded by itself, with the next
  private boolean closed;
  private final long size;
  private final FileTime modified;
  private final @Nullable Object key;
  private final NavigableMap<Long, Sha256> steps = new TreeMap<>(); // guarded by itself

  private OutgoingFile(Path path, RandomAccessFile content, BasicFileAttributes attributes) {
    this.path = path;
    this.content = content;
    this.size = attributes.size();
    this.modified = attributes.lastModifiedTime();
    this.key = attributes.fileKey();
  }

  /** Opens a regular file. */
  static OutgoingFile open(Path path) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    if (!attributes.isRegularFile()) {
      throw new FileSystemException(path.toString(), null, "is no regular file");
    }
    return new OutgoingFile(path, new RandomAccessFile(path.toFile(), "r"), attributes);
  }

  long size() {
    return size;
  }

  /** Reads {@code into.length} bytes, or what is left of the file. */
  int read(byte[] into, long position) throws IOException {
    int wanted = (int) Math.min(into.length, size - position);
    synchronized (content) {
      if (content.length() < position + wanted) {
        throw changed();
      }
      content.seek(position);
      content.readFully(into, 0, wanted);
    }
    return wanted;
  }

  /** The digest of the first {@code length} bytes. */
  Sha256 digestOf(long length) throws IOException {
    Map.Entry<Long, Sha256> nearest;
    synchronized (steps) {
      nearest = steps.floorEntry(length);
    }
    long at = nearest == null ? 0 : nearest.getKey();
    Sha256 digest = nearest == null ? Sha256.create() : nearest.getValue().copy();
    byte[] buffer = new byte[BUFFER_BYTES];
    while (at < length) {
      int n = (int) Math.min(read(buffer, at), length - at);
      digest.update(buffer, n);
      at += n;
    }
    return digest;
  }

  /** Keeps a digest for {@link #digestOf}, where {@code length} is at a step. */
  void passed(long before, long length, Sha256 digest) {
    if (before / STEP_BYTES != length / STEP_BYTES) {
      synchronized (steps) {
        steps.put(length, digest.copy());
        if (steps.size() > MAX_STEPS) {
          steps.pollFirstEntry();
        }
      }
    }
  }

  /** Forgets the digests that a receiver which holds {@code length} bytes cannot ask for. */
  void acknowledged(long length) {
    synchronized (steps) {
      Long floor = steps.floorKey(length);
      if (floor != null) {
        steps.headMap(floor, false).clear();
      }
    }
  }

  /** Fails where the path no longer shows the file as it was when it was opened. */
  void requireUnchanged() throws IOException {
    BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
    if (now.size() != size
        || !now.lastModifiedTime().equals(modified)
        || !Objects.equals(now.fileKey(), key)) {
      throw changed();
    }
  }

  FileSystemException changed() {
    return new FileSystemException(
        path.toString(), null, "changed while it was being sent; send it again");
  }

  /** Whether nobody wants it any more. */
  boolean isClosed() {
    synchronized (content) {
      return closed;
    }
  }

  void close() throws IOException {
    synchronized (content) {
      closed = true;
      content.close();
    }
  }
}
