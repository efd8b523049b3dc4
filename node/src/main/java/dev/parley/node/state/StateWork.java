package dev.parley.node.state;

import dev.parley.node.state.Turn.Append;
import dev.parley.node.state.Turn.Step;
import dev.parley.spi.StateStore;
import dev.parley.spi.StateStoreException;
import dev.parley.spi.StateStoreException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done in turn: the file is opened by the first operation that needs it. */
final class StateWork {
  private static final Logger log = LoggerFactory.getLogger(StateWork.class);

  private final Disk disk;
  private final Path path;
  private final long maxBytes;
  private final SecureRandom random;
  private @Nullable StateFile file; // in turn
  private volatile long usedBytes; // written in turn
  private volatile long cutBytes; // written in turn

  StateWork(Disk disk, Path path, long maxBytes, SecureRandom random) {
    this.disk = disk;
    this.path = path;
    this.maxBytes = maxBytes;
    this.random = random;
  }

  /** Does one step, or the appends that waited together. */
  void run(List<Turn<?>> group) {
    if (group.get(0) instanceof Step<?> step) {
      step.run();
      return;
    }
    try {
      append(open(), group);
    } catch (RuntimeException | Error e) {
      group.forEach(turn -> turn.fail(e));
    }
  }

  private void append(StateFile into, List<Turn<?>> group) {
    List<byte[]> batch = batch(into.end() + (long) StateFormat.HEAD_BYTES, group);
    if (!batch.isEmpty()) {
      try {
        into.append(batch);
      } catch (IOException e) {
        throw failure(into, e);
      }
      usedBytes = into.end();
    }
    for (Turn<?> turn : group) {
      if (turn instanceof Append append && append.fits) {
        turn.succeed(null);
      } else {
        turn.fail(full());
      }
    }
  }

  /** The records that fit, in their order. */
  private List<byte[]> batch(long used, List<Turn<?>> group) {
    long size = used;
    List<byte[]> batch = new ArrayList<>(group.size());
    for (Turn<?> turn : group) {
      if (turn instanceof Append append && size + append.bytes() <= maxBytes) {
        append.fits = true;
        batch.add(append.record);
        size += append.bytes();
      }
    }
    return batch;
  }

  List<byte[]> load() throws IOException {
    return open().read();
  }

  @Nullable Void compact(UnaryOperator<List<byte[]>> fold) {
    StateFile into = open();
    try {
      List<byte[]> kept = fold.apply(into.read());
      kept.forEach(StateStore::requireRecord);
      if (Rewrite.size(kept) > maxBytes) {
        throw full();
      }
      into.replace(kept);
      usedBytes = into.end();
      return null;
    } catch (IOException e) {
      throw failure(into, e);
    }
  }

  private StateFile open() {
    StateFile open = file;
    if (open == null) {
      try {
        open = StateFile.open(disk, path, random);
      } catch (IOException e) {
        throw new StateStoreException(
            Reason.IO, "state file " + path + ": it could not be opened (" + e + ")", e);
      }
      file = open;
      usedBytes = open.end();
      cutBytes = open.cutBytes();
    }
    return open;
  }

  private StateStoreException full() {
    return new StateStoreException(
        Reason.FULL,
        "state file " + path + ": it would exceed its limit of " + maxBytes + " bytes; compact it");
  }

  private StateStoreException failure(StateFile of, IOException cause) {
    return of.isBroken()
        ? new StateStoreException(
            Reason.WRITE_FAILED,
            "state file "
                + path
                + ": writing failed ("
                + cause
                + "); open it anew once the disk is well",
            cause)
        : new StateStoreException(
            Reason.IO, "state file " + path + ": " + cause + "; it is as it was", cause);
  }

  long usedBytes() {
    return usedBytes;
  }

  long cutBytes() {
    return cutBytes;
  }

  @Nullable Void release() {
    StateFile open = file;
    file = null;
    usedBytes = 0;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        log.warn("state file {}: closing it failed: {}", path, e.toString());
      }
    }
    return null;
  }
}
