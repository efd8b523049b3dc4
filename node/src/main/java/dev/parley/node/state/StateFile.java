package dev.parley.node.state;

import dev.parley.node.state.Mark.Position;
import dev.parley.node.state.StateFormat.Content;
import dev.parley.node.state.StateFormat.Damage;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open state file, and what it means on disk. For one thread at a time. */
final class StateFile implements Closeable {
  /** No state file is larger. */
  static final int MAX_BYTES = 256 << 20;

  private static final Logger log = LoggerFactory.getLogger(StateFile.class);

  private final Disk disk;
  private final Path path;
  private final Disk.Open lock;
  private final Mark mark;
  private final Refusals refusals;
  private Disk.Open file;
  private byte[] id = {};
  private long sequence;
  private int end;
  private int cutBytes;
  private @Nullable Exception broken;

  private StateFile(Disk disk, Path path, Disk.Open lock, Disk.Open file) {
    this.disk = disk;
    this.path = path;
    this.lock = lock;
    this.mark = new Mark(lock);
    this.refusals = new Refusals(path);
    this.file = file;
  }

  /**
   * Opens a file, or creates it where it is missing or empty.
   *
   * @throws dev.parley.spi.StateStoreException if it is in use, damaged, or not private
   */
  static StateFile open(Disk disk, Path path, SecureRandom random) throws IOException {
    Disk.Open lock = disk.open(lockOf(path));
    try {
      if (!lock.lock()) {
        throw new Refusals(path).inUse();
      }
      return open(new StateFile(disk, path, lock, disk.open(path)), random);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static StateFile open(StateFile file, SecureRandom random) throws IOException {
    try {
      file.disk.deleteIfExists(file.fresh());
      if (file.file.size() == 0) {
        file.create(random);
      } else {
        file.recover();
      }
      return file;
    } catch (IOException | RuntimeException e) {
      file.file.close();
      throw e;
    }
  }

  static Path lockOf(Path path) {
    return path.resolveSibling(Objects.requireNonNull(path.getFileName()) + ".lock");
  }

  /** Where a file is written that is to take the place of this one. */
  private Path fresh() {
    return path.resolveSibling("." + path.getFileName() + ".new");
  }

  private void create(SecureRandom random) throws IOException {
    if (mark.read() != null) {
      log.warn("state file {}: there is none any more; what it held is forgotten", path);
    }
    mark.clear();
    id = new byte[StateFormat.ID_BYTES];
    random.nextBytes(id);
    replace(List.of());
  }

  private void recover() throws IOException {
    Content content = content();
    int size = (int) file.size();
    @Nullable Position position = mark.read();
    refusals.requireNothingLost(content, position);
    id = content.id;
    sequence = content.last;
    end = content.end;
    if (size > end) {
      cutBytes = size - end;
      log.info(
          "state file {}: cut {} bytes at {}, of an append that never completed",
          path,
          cutBytes,
          end);
      file.truncate(end);
    }
    if (position == null || position.sequence < sequence) {
      rewriteLast(content.lastAt);
    }
    file.force();
    mark.write(id, sequence);
  }

  /**
   * Whoever wrote the last batch may have died after a force that failed: the system then takes for
   * written what is not on the disk. Writing the same bytes again has it write them.
   */
  private void rewriteLast(int at) throws IOException {
    byte[] content = file.read(end);
    file.write(at, ByteBuffer.wrap(content, at, end - at));
  }

  private Content content() throws IOException {
    if (file.size() > MAX_BYTES) {
      throw refusals.damaged("it has over " + MAX_BYTES + " bytes; no state file is so large");
    }
    try {
      return StateFormat.parse(file.read((int) file.size()));
    } catch (Damage e) {
      throw refusals.damaged("at offset " + e.offset + ", " + e.getMessage());
    }
  }

  /** All records, as they are in the file. */
  List<byte[]> read() throws IOException {
    requireSound();
    Content content = content();
    if (content.last != sequence || content.end != end || file.size() != end) {
      throw refusals.damaged("something else than this node has changed it while it was open");
    }
    return content.records;
  }

  /** Appends a batch, durably; its body has at most {@link StateFormat#MAX_BODY_BYTES}. */
  void append(List<byte[]> records) throws IOException {
    requireSound();
    ByteBuffer batch = StateFormat.batch(id, sequence + 1, records);
    int size = batch.remaining();
    try {
      file.write(end, batch);
      file.force();
    } catch (IOException | RuntimeException e) {
      broken = e;
      throw e;
    }
    end += size;
    sequence++;
    writeMark();
  }

  /** The appends are stored, whatever happens to the mark; but no more come without one. */
  private void writeMark() {
    try {
      mark.write(id, sequence);
    } catch (IOException | RuntimeException e) {
      log.warn("state file {}: {} was not written: {}", path, lockOf(path), e.toString());
      broken = e;
    }
  }

  /**
   * Writes a file with these records and puts it in place of this one.
   *
   * @throws IOException before it is in place, this file goes on; after that it is {@link #broken}
   */
  void replace(List<byte[]> records) throws IOException {
    requireSound();
    Rewrite rewrite = Rewrite.to(disk, fresh(), id, sequence + 1, records);
    try {
      disk.rename(fresh(), path);
      disk.forceDirectory(Objects.requireNonNull(path.getParent()));
    } catch (IOException | RuntimeException e) {
      broken = e;
      rewrite.file().close();
      throw e;
    }
    Disk.Open old = file;
    file = rewrite.file();
    sequence = rewrite.sequence();
    end = rewrite.end();
    writeMark();
    old.close();
  }

  private void requireSound() {
    if (broken != null) {
      throw refusals.broken(broken);
    }
  }

  boolean isBroken() {
    return broken != null;
  }

  int end() {
    return end;
  }

  int cutBytes() {
    return cutBytes;
  }

  @Override
  public void close() throws IOException {
    try {
      if (broken == null) {
        mark.force();
      }
    } finally {
      try {
        file.close();
      } finally {
        lock.close(); // last, so that whoever gets it finds nothing open
      }
    }
  }
}
