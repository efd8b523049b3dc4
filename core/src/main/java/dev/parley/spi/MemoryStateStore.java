package dev.parley.spi;

import dev.parley.spi.StateStoreException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Records in a list. Operations run one after the other, each on the thread that subscribes, or on
 * one that was running another at that moment; so one that is subscribed to inside another comes
 * after it.
 */
final class MemoryStateStore implements StateStore {
  /** What a record costs besides its bytes: an array's header and a reference. */
  private static final int OVERHEAD_BYTES = 24;

  private final long maxBytes;
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger toRun = new AtomicInteger();
  private @Nullable List<byte[]> records = new ArrayList<>(); // in turn; null once closed
  private volatile long usedBytes; // written in turn

  MemoryStateStore(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  @Override
  public Mono<List<byte[]>> load() {
    return turn(() -> copy(open()));
  }

  @Override
  public Mono<Void> append(byte[] record) {
    byte[] copy = StateStore.requireRecord(record).clone();
    return turn(
        () -> {
          List<byte[]> into = open();
          use(usedBytes + size(copy));
          into.add(copy);
          return null;
        });
  }

  @Override
  public Mono<Void> compact(UnaryOperator<List<byte[]>> fold) {
    Objects.requireNonNull(fold, "fold");
    return turn(
        () -> {
          List<byte[]> kept = copy(fold.apply(copy(open())));
          kept.forEach(StateStore::requireRecord);
          use(kept.stream().mapToLong(MemoryStateStore::size).sum());
          records = kept;
          return null;
        });
  }

  private <T> Mono<T> turn(Supplier<@Nullable T> operation) {
    return Mono.create(
        sink -> {
          waiting.add(() -> run(operation, sink));
          if (toRun.getAndIncrement() == 0) {
            do {
              Objects.requireNonNull(waiting.poll()).run();
            } while (toRun.decrementAndGet() > 0);
          }
        });
  }

  private static <T> void run(Supplier<@Nullable T> operation, MonoSink<T> sink) {
    try {
      sink.success(operation.get());
    } catch (RuntimeException e) {
      sink.error(e);
    }
  }

  private List<byte[]> open() {
    if (records == null) {
      throw new StateStoreException(Reason.CLOSED, "the state in memory is closed");
    }
    return records;
  }

  private void use(long bytes) {
    if (bytes > maxBytes) {
      throw new StateStoreException(
          Reason.FULL, "the state in memory would exceed " + maxBytes + " bytes; compact it");
    }
    usedBytes = bytes;
  }

  private static long size(byte[] record) {
    return record.length + (long) OVERHEAD_BYTES;
  }

  private static List<byte[]> copy(List<byte[]> records) {
    List<byte[]> copy = new ArrayList<>(records.size());
    records.forEach(record -> copy.add(record.clone()));
    return copy;
  }

  @Override
  public boolean isDurable() {
    return false;
  }

  @Override
  public long usedBytes() {
    return usedBytes;
  }

  @Override
  public long maxBytes() {
    return maxBytes;
  }

  @Override
  public Mono<Void> close() {
    return turn(
        () -> {
          records = null;
          usedBytes = 0;
          return null;
        });
  }
}
