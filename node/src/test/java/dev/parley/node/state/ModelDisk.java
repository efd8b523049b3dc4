package dev.parley.node.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that keeps apart what was forced and what was not, fails at a given operation,
 * and can be looked at as after a crash. Thread-safe.
 */
final class ModelDisk implements Disk {
  /** What the loss of the machine makes of what was not forced. */
  enum Loss {
    /** The process ends; the system writes everything. */
    NOTHING,
    /** The power fails: nothing that was not forced is there. */
    EVERYTHING,
    /** The power fails: of what was not forced, some pieces are there. */
    SOMETHING
  }

  private static final int PIECE_BYTES = 16;

  private final Map<Path, Content> names = new HashMap<>();
  private final Map<Path, Content> forcedNames = new HashMap<>();
  private int operations;
  private int failAt = Integer.MAX_VALUE;
  private boolean staysDead;
  int forces;
  int largestWrite;

  private static final class Content {
    byte[] now = {};
    byte[] forced = {};
    byte[] clean = {}; // what the system takes to be on the disk already
    boolean isLocked;

    /** What the system believes to be clean already is not written. */
    private void force() {
      byte[] next = Arrays.copyOf(forced, now.length);
      for (int at = 0; at < now.length; at++) {
        if (at >= clean.length || clean[at] == 0) {
          next[at] = now[at];
        }
      }
      forced = next;
      clean = new byte[0];
    }
  }

  /** As Linux after a force that failed: what was not written counts as written. */
  synchronized void forgetDirty() {
    for (Content content : names.values()) {
      content.clean = new byte[content.now.length];
      Arrays.fill(content.clean, (byte) 1);
    }
  }

  /** The {@code n}th operation from here on fails; if {@code forEver}, so do all after it. */
  synchronized void failAt(int n, boolean forEver) {
    operations = 0;
    failAt = n;
    staysDead = forEver;
  }

  synchronized int operations() {
    return operations;
  }

  private void operate() throws IOException {
    int number = operations++;
    if (number == failAt || (staysDead && number > failAt)) {
      throw new IOException("the disk fails at operation " + number);
    }
  }

  /** What is there after a crash at this moment. */
  synchronized ModelDisk after(Loss loss, Random random) {
    ModelDisk disk = new ModelDisk();
    boolean losesNames =
        loss == Loss.EVERYTHING || (loss == Loss.SOMETHING && random.nextBoolean());
    (losesNames ? forcedNames : names)
        .forEach(
            (path, content) -> {
              Content left = new Content();
              left.now = left(content, loss, random);
              left.forced = left.now.clone();
              disk.names.put(path, left);
              disk.forcedNames.put(path, left);
            });
    return disk;
  }

  /** Pieces of both; a file that has only grown in part has nothing (zeros) in between. */
  private static byte[] left(Content content, Loss loss, Random random) {
    if (loss != Loss.SOMETHING) {
      return (loss == Loss.NOTHING ? content.now : content.forced).clone();
    }
    int least = Math.min(content.now.length, content.forced.length);
    int most = Math.max(content.now.length, content.forced.length);
    byte[] left = Arrays.copyOf(content.forced, least + random.nextInt(most - least + 1));
    for (int at = 0; at < left.length; at += PIECE_BYTES) {
      int end = Math.min(at + PIECE_BYTES, Math.min(left.length, content.now.length));
      if (at < end && random.nextBoolean()) {
        System.arraycopy(content.now, at, left, at, end - at);
      }
    }
    return left;
  }

  synchronized byte[] content(Path file) {
    return content(names, file).now.clone();
  }

  /** Puts a file there, or takes it away. */
  synchronized void put(Path file, byte @Nullable [] bytes) {
    names.remove(file);
    if (bytes != null) {
      Content content = new Content();
      content.now = bytes.clone();
      content.forced = bytes.clone();
      names.put(file, content);
    }
    forcedNames.clear();
    forcedNames.putAll(names);
  }

  private static Content content(Map<Path, Content> names, Path file) {
    return names.computeIfAbsent(file, path -> new Content());
  }

  @Override
  public synchronized Disk.Open open(Path file) throws IOException {
    operate();
    return new Open(content(names, file));
  }

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    operate();
    names.put(to, content(names, from));
    names.remove(from);
  }

  @Override
  public synchronized void deleteIfExists(Path file) throws IOException {
    operate();
    names.remove(file);
  }

  @Override
  public synchronized void forceDirectory(Path directory) throws IOException {
    operate();
    forcedNames.clear();
    forcedNames.putAll(names);
  }

  private final class Open implements Disk.Open {
    private final Content content;
    private boolean holdsLock;

    private Open(Content content) {
      this.content = content;
    }

    @Override
    public boolean lock() {
      synchronized (ModelDisk.this) {
        holdsLock = !content.isLocked;
        content.isLocked = true;
        return holdsLock;
      }
    }

    @Override
    public long size() {
      synchronized (ModelDisk.this) {
        return content.now.length;
      }
    }

    @Override
    public byte[] read(int size) throws IOException {
      synchronized (ModelDisk.this) {
        operate();
        return Arrays.copyOf(content.now, Math.min(size, content.now.length));
      }
    }

    /** One that fails has written half. */
    @Override
    public void write(long at, ByteBuffer bytes) throws IOException {
      synchronized (ModelDisk.this) {
        try {
          operate();
        } catch (IOException e) {
          put(at, bytes.limit(bytes.position() + bytes.remaining() / 2));
          throw e;
        }
        put(at, bytes);
      }
    }

    private void put(long at, ByteBuffer bytes) {
      largestWrite = Math.max(largestWrite, bytes.remaining());
      int end = (int) at + bytes.remaining();
      if (end > content.now.length) {
        content.now = Arrays.copyOf(content.now, end);
      }
      int clean = Math.min(end, content.clean.length);
      if (at < clean) {
        Arrays.fill(content.clean, (int) at, clean, (byte) 0);
      }
      bytes.get(content.now, (int) at, bytes.remaining());
    }

    @Override
    public void truncate(long size) throws IOException {
      synchronized (ModelDisk.this) {
        operate();
        content.now = Arrays.copyOf(content.now, (int) size);
      }
    }

    @Override
    public void force() throws IOException {
      synchronized (ModelDisk.this) {
        operate();
        forces++;
        content.force();
      }
    }

    @Override
    public void close() {
      synchronized (ModelDisk.this) {
        if (holdsLock) {
          content.isLocked = false;
          holdsLock = false;
        }
      }
    }
  }
}
