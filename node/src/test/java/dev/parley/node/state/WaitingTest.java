package dev.parley.node.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.spi.StateStore;
import dev.parley.spi.StateStoreException.Reason;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Operations that wait for the file: together, in order, bounded. */
@Timeout(60)
class WaitingTest {
  private final ModelDisk disk = new ModelDisk();
  private final ByHand hand = new ByHand();

  /** Does what is scheduled when it is told to. */
  private static final class ByHand implements Scheduler {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private boolean isDisposed;

    @Override
    public Disposable schedule(Runnable task) {
      if (isDisposed) {
        throw new RejectedExecutionException("disposed");
      }
      tasks.add(task);
      return Disposables.disposed();
    }

    @Override
    public Worker createWorker() {
      throw new UnsupportedOperationException("not used");
    }

    private void runAll() {
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        task.run();
      }
    }
  }

  /** Breaks the rules of Reactive Streams, as a subscriber may that is not Reactor's. */
  private static final class Throwing implements CoreSubscriber<Void> {
    @Override
    public void onSubscribe(Subscription subscription) {
      subscription.request(1);
    }

    @Override
    public void onNext(Void item) {}

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onComplete() {
      throw new IllegalStateException("a subscriber's fault");
    }
  }

  private FileStateStore.Builder builder() {
    return FileStateStore.builder(Ask.FILE, hand, Ask.RANDOM).disk(disk);
  }

  private static CompletableFuture<Void> append(FileStateStore store, String record) {
    return store.append(Ask.bytes(record)).toFuture();
  }

  @Test
  void forcesOnceForAllThatWaitTogether() {
    FileStateStore store = builder().build();
    CompletableFuture<List<byte[]>> opened = store.load().toFuture();
    hand.runAll();
    assertThat(opened).isCompleted();
    int before = disk.forces;
    List<CompletableFuture<Void>> appends = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      appends.add(append(store, "r" + i));
    }

    hand.runAll();

    assertThat(appends).allMatch(CompletableFuture::isDone);
    assertThat(disk.forces - before).as("forces for 500 appends").isEqualTo(1);
  }

  @Test
  void writesBatchesOfBoundedSize() {
    FileStateStore store = builder().build();
    String large = "x".repeat(StateStore.MAX_RECORD_BYTES);
    for (int i = 0; i < 40; i++) {
      CompletableFuture<Void> unused = append(store, large);
    }
    CompletableFuture<List<byte[]>> loaded = store.load().toFuture();

    hand.runAll();

    assertThat(loaded.join()).hasSize(40);
    assertThat(disk.largestWrite)
        .isLessThanOrEqualTo(StateFormat.HEAD_BYTES + StateFormat.MAX_BODY_BYTES);
  }

  @Test
  void refusesMoreThanMayWaitAndGoesOn() {
    FileStateStore store = builder().maxWaiting(3).build();
    List<CompletableFuture<Void>> taken =
        List.of(append(store, "a"), append(store, "b"), append(store, "c"));

    Ask.assertFails(store.append(Ask.bytes("d")), Reason.OVERLOADED);
    Ask.assertFails(store.load(), Reason.OVERLOADED);
    hand.runAll();
    assertThat(taken).allMatch(CompletableFuture::isDone);

    CompletableFuture<List<byte[]>> loaded = store.load().toFuture();
    hand.runAll();
    assertThat(loaded.join()).hasSize(3);
  }

  @Test
  void refusesMoreBytesThanMayWait() {
    FileStateStore store = builder().maxWaitingBytes(100_000).build();
    String half = "x".repeat(49_996);
    List<CompletableFuture<Void>> taken = List.of(append(store, half), append(store, half));

    Ask.assertFails(store.append(Ask.bytes("y")), Reason.OVERLOADED);

    hand.runAll();
    assertThat(taken).allMatch(CompletableFuture::isDone);
  }

  @Test
  void refusesOfABatchWhatDoesNotFitAndStoresTheRest() {
    FileStateStore store = builder().maxBytes(2L * StateStore.MAX_RECORD_BYTES).build();
    String large = "x".repeat(60_000);
    CompletableFuture<Void> first = append(store, large);
    CompletableFuture<Void> second = append(store, large);
    CompletableFuture<Void> third = append(store, large);
    CompletableFuture<Void> small = append(store, "small");
    CompletableFuture<List<byte[]>> loaded = store.load().toFuture();

    hand.runAll();

    assertThat(List.of(first, second, small))
        .allMatch(f -> f.isDone() && !f.isCompletedExceptionally());
    assertThat(third).isCompletedExceptionally();
    assertThat(loaded.join()).hasSize(3);
    assertThat(store.usedBytes()).isLessThanOrEqualTo(store.maxBytes());
  }

  @Test
  void closesAlsoWithoutAThread() {
    FileStateStore store = builder().build();
    CompletableFuture<Void> append = append(store, "a");
    hand.runAll();
    assertThat(append).isCompleted();
    hand.isDisposed = true;

    Ask.assertFails(store.append(Ask.bytes("b")), Reason.CLOSED);
    Ask.close(store);

    assertThat(Ask.reopened(disk)).as("the lock is free").containsExactly("a");
  }

  @Test
  void tellsOthersThoughASubscriberThrows() {
    FileStateStore store = builder().build();
    store.append(Ask.bytes("a")).subscribe(new Throwing());
    CompletableFuture<Void> other = append(store, "b");

    hand.runAll();

    assertThat(other).isCompleted();
  }

  @Test
  void tellsEverySettingThatIsOutOfItsRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().maxBytes(1).maxWaiting(0).maxWaitingBytes(1).build())
        .withMessageContaining("maxBytes is 1, must be 131072..268435456")
        .withMessageContaining("maxWaiting is 0, must be 1..1048576")
        .withMessageContaining("maxWaitingBytes is 1, must be 65540..268435456");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FileStateStore.builder(Path.of("/"), Schedulers.immediate(), Ask.RANDOM));
  }

  @Test
  void opensAFileAboveItsLimitAndCompactsIt() {
    FileStateStore large = builder().build();
    for (int i = 0; i < 10; i++) {
      CompletableFuture<Void> unused = append(large, "x".repeat(60_000));
    }
    large.close().subscribe();
    hand.runAll();
    FileStateStore store = builder().maxBytes(131_072).build();
    CompletableFuture<Void> refused = append(store, "y");
    CompletableFuture<Void> compacted = store.compact(all -> all.subList(0, 1)).toFuture();
    CompletableFuture<Void> taken = append(store, "y");

    hand.runAll();

    assertThat(refused).isCompletedExceptionally();
    assertThat(compacted).isCompleted();
    assertThat(taken).isCompleted();
  }
}
