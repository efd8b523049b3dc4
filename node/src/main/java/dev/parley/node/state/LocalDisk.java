package dev.parley.node.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The machine's file system. */
final class LocalDisk implements Disk {
  /** For a heap array the channel keeps a direct buffer of this size for each thread. */
  private static final int CHUNK_BYTES = 64 * 1024;

  /** Beyond all content: where locks are mandatory, they must not keep readers out. */
  private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

  @Override
  public Disk.Open open(Path file) throws IOException {
    return new Open(
        Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? existing(file) : PrivateFile.create(file));
  }

  private static FileChannel existing(Path file) throws IOException {
    PrivateFile.require(file);
    return FileChannel.open(
        file,
        PrivateFile.knowsOwners(file)
            ? Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)
            : Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void deleteIfExists(Path file) throws IOException {
    Files.deleteIfExists(file);
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    if (PrivateFile.hasView(directory, "posix")) { // elsewhere a directory cannot be opened
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private record Open(FileChannel channel) implements Disk.Open {
    @Override
    public boolean lock() throws IOException {
      try {
        @Nullable FileLock lock = channel.tryLock(LOCKED_BYTE, 1, false);
        return lock != null;
      } catch (OverlappingFileLockException thisProcess) {
        return false;
      }
    }

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public byte[] read(int size) throws IOException {
      byte[] content = new byte[size];
      int at = 0;
      while (at < size) {
        int chunk = Math.min(CHUNK_BYTES, size - at);
        int read = channel.read(ByteBuffer.wrap(content, at, chunk), at);
        if (read < 0) {
          return Arrays.copyOf(content, at);
        }
        at += read;
      }
      return content;
    }

    @Override
    public void write(long at, ByteBuffer bytes) throws IOException {
      long to = at;
      int limit = bytes.limit();
      while (bytes.position() < limit) {
        bytes.limit(Math.min(limit, bytes.position() + CHUNK_BYTES));
        to += channel.write(bytes, to);
        bytes.limit(limit);
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      channel.truncate(size);
    }

    @Override
    public void force() throws IOException {
      channel.force(false); // the size is forced too; times are not needed
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
