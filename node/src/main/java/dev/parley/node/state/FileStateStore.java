package dev.parley.node.state;

import dev.parley.node.state.Turn.Append;
import dev.parley.node.state.Turn.Step;
import dev.parley.spi.StateStore;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Records in a file to which is only appended, durable. {@code docs/state-file.md} has its bytes.
 *
 * <ul>
 *   <li><b>Appends that wait together</b> are written and forced once: how many a second depends on
 *       how many wait, and on the disk. That page has figures.
 *   <li><b>A crash</b> can cut the batch that was being written, none of whose appends had
 *       completed; the next opening removes what there is of it, and {@link #cutBytes()} tells how
 *       much. A crash during a compaction leaves the old records or the new ones.
 *   <li><b>Damage</b> is refused with {@code DAMAGED}, the file and the offset, and nothing is
 *       changed: a damaged batch, one that is missing, an older copy put in place of the file, the
 *       file of another node. A file beside it ({@code NAME.lock}) keeps how far the file was
 *       completed. What cannot be told without that, which is if it is missing or restored as well,
 *       or after a loss of power for the seconds that the system had not written it: a damaged last
 *       batch from one that was cut; a missing end from one that never was.
 *   <li><b>Private</b>: both files are created with mode 0600, and refused if they are links,
 *       belong to another user, or others have access to them.
 *   <li><b>One user</b>: a second store on the file fails with {@code IN_USE}, in this process or
 *       another. The directory must be a local one, and exist.
 *   <li><b>After a failed write</b> or force nothing more is taken: the system may have dropped
 *       what it did not write. Close it, and open the file anew.
 * </ul>
 *
 * <p>Files are read and written, and signals come, on the given scheduler only, one operation at a
 * time. It must permit blocking, and be disposed of after the store is closed.
 */
public final class FileStateStore implements StateStore {
  private final long maxBytes;
  private final StateWork work;
  private final Turns turns;

  private FileStateStore(Builder b) {
    maxBytes = b.maxBytes;
    work = new StateWork(b.disk, b.path, b.maxBytes, b.random);
    turns = new Turns(b.scheduler, b.maxWaiting, b.maxWaitingBytes, work::run);
  }

  /**
   * A builder of a store on a file, which need not exist. Building one opens nothing.
   *
   * @param scheduler where files are read and written
   * @param random where the id of a new file comes from
   */
  public static Builder builder(Path path, Scheduler scheduler, SecureRandom random) {
    return new Builder(path, scheduler, random);
  }

  @Override
  public Mono<List<byte[]>> load() {
    return Turn.mono(turns, () -> new Step<>(work::load, false));
  }

  @Override
  public Mono<Void> append(byte[] record) {
    byte[] copy = StateStore.requireRecord(record).clone();
    return Turn.mono(turns, () -> new Append(copy));
  }

  @Override
  public Mono<Void> compact(UnaryOperator<List<byte[]>> fold) {
    Objects.requireNonNull(fold, "fold");
    return Turn.mono(turns, () -> new Step<>(() -> work.compact(fold), false));
  }

  @Override
  public boolean isDurable() {
    return true;
  }

  /** The size of the file. */
  @Override
  public long usedBytes() {
    return work.usedBytes();
  }

  @Override
  public long maxBytes() {
    return maxBytes;
  }

  /** How many bytes of a batch that a crash had cut were removed when the file was opened. */
  public long cutBytes() {
    return work.cutBytes();
  }

  @Override
  public Mono<Void> close() {
    return Turn.mono(turns, () -> new Step<>(work::release, true));
  }

  /** Settings of a store. */
  public static final class Builder {
    private static final long MIN_BYTES = 2L * MAX_RECORD_BYTES;

    private final Path path;
    private final Scheduler scheduler;
    private final SecureRandom random;
    private long maxBytes = 16 << 20;
    private int maxWaiting = 4096;
    private long maxWaitingBytes = 8 << 20;
    private Disk disk = new LocalDisk();

    private Builder(Path path, Scheduler scheduler, SecureRandom random) {
      this.path = path.toAbsolutePath();
      this.scheduler = Objects.requireNonNull(scheduler, "scheduler");
      this.random = Objects.requireNonNull(random, "random");
      if (this.path.getFileName() == null) {
        throw new IllegalArgumentException("not a path to a file: " + path);
      }
    }

    /**
     * The largest size of the file, in bytes: 131072 to 268435456, 16 MiB by default. What would
     * exceed it fails with {@code FULL}. A file that is larger already is opened and can be
     * compacted. While it is compacted, the new file stands beside it.
     */
    public Builder maxBytes(long bytes) {
      maxBytes = bytes;
      return this;
    }

    /**
     * How many operations may wait for the file: 1 to 1048576, 4096 by default. Further ones fail
     * with {@code OVERLOADED}.
     */
    public Builder maxWaiting(int operations) {
      maxWaiting = operations;
      return this;
    }

    /**
     * How large the records that wait may be together, in bytes, 4 more for each: 65540 to
     * 268435456, 8 MiB by default. Further ones fail with {@code OVERLOADED}.
     */
    public Builder maxWaitingBytes(long bytes) {
      maxWaitingBytes = bytes;
      return this;
    }

    /** For tests. */
    Builder disk(Disk other) {
      disk = other;
      return this;
    }

    /**
     * The store.
     *
     * @throws IllegalArgumentException that names every setting out of its range
     */
    public FileStateStore build() {
      List<String> problems = new ArrayList<>();
      check("maxBytes", maxBytes, MIN_BYTES, StateFile.MAX_BYTES, problems);
      check("maxWaiting", maxWaiting, 1, 1 << 20, problems);
      check(
          "maxWaitingBytes",
          maxWaitingBytes,
          MAX_RECORD_BYTES + (long) StateFormat.LENGTH_BYTES,
          StateFile.MAX_BYTES,
          problems);
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("; ", problems));
      }
      return new FileStateStore(this);
    }

    private static void check(String name, long value, long min, long max, List<String> problems) {
      if (value < min || value > max) {
        problems.add("%s is %d, must be %d..%d".formatted(name, value, min, max));
      }
    }
  }
}
