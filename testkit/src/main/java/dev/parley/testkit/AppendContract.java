package dev.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.spi.StateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What every store must do with records that are appended. */
abstract class AppendContract extends StateStoreFixture {
  private static final int THREADS = 8;
  private static final int EACH = 50;

  @Test
  public void startsEmpty() {
    assertThat(records(store())).isEmpty();
  }

  @Test
  public void loadsRecordsOfEverySizeInTheOrderOfTheirAppends() {
    StateStore store = store();
    String largest = "x".repeat(StateStore.MAX_RECORD_BYTES);

    append(store, "b", largest, "a", "\0\0\0", "a");

    assertThat(records(store)).containsExactly("b", largest, "a", "\0\0\0", "a");
  }

  @Test
  public void refusesARecordThatIsEmptyOrTooLargeAtTheCall() {
    StateStore store = store();

    for (int size : new int[] {0, StateStore.MAX_RECORD_BYTES + 1}) {
      assertThatIllegalArgumentException().isThrownBy(() -> store.append(new byte[size]));
    }
    assertThat(records(store)).isEmpty();
  }

  @Test
  public void sharesNoArraysWithItsCallers() {
    StateStore store = store();
    byte[] record = bytes("mine");
    Mono<Void> append = store.append(record);
    record[0] = 'X';
    await(append);

    await(store.load().doOnNext(all -> all.get(0)[0] = 'Y').doOnNext(List::clear).then());

    assertThat(records(store)).containsExactly("mine");
  }

  @Test
  public void appendsOnceForEachSubscriptionAndNotBefore() {
    StateStore store = store();
    Mono<Void> append = store.append(bytes("again"));
    assertThat(records(store)).isEmpty();

    await(append);
    await(append);

    assertThat(records(store)).containsExactly("again", "again");
  }

  @Test
  public void storesWhatWasSubscribedToThoughTheSubscriberCancels() {
    StateStore store = store();

    store.append(bytes("first")).subscribe().dispose();
    append(store, "second");

    assertThat(records(store)).containsExactly("first", "second");
  }

  @Test
  public void loadsWhatWasSubscribedToBefore() {
    StateStore store = store();
    CompletableFuture<Void> append = store.append(bytes("before")).toFuture();

    assertThat(records(store)).containsExactly("before");
    await(append);
  }

  @Test
  public void completesInTheOrderOfSubscription() {
    StateStore store = store();
    Queue<Integer> completed = new ConcurrentLinkedQueue<>();
    List<CompletableFuture<Void>> appends = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      int number = i;
      appends.add(store.append(bytes("r" + i)).doOnSuccess(v -> completed.add(number)).toFuture());
    }

    appends.forEach(this::await);

    List<Integer> order = IntStream.range(0, 100).boxed().toList();
    assertThat(completed).containsExactlyElementsOf(order);
    assertThat(records(store)).containsExactlyElementsOf(order.stream().map(i -> "r" + i).toList());
  }

  @Test
  public void keepsTheOrderOfEachOfManyThreads() throws InterruptedException {
    StateStore store = store();
    Queue<CompletableFuture<Void>> appends = new ConcurrentLinkedQueue<>();
    CountDownLatch together = new CountDownLatch(THREADS);
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < THREADS; t++) {
      String name = t + ":";
      threads.add(new Thread(() -> appendAll(store, name, together, appends)));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join(LIMIT.toMillis());
    }
    appends.forEach(this::await);

    List<String> all = records(store);
    assertThat(all).hasSize(THREADS * EACH);
    for (int t = 0; t < THREADS; t++) {
      String name = t + ":";
      assertThat(all.stream().filter(record -> record.startsWith(name)))
          .containsExactlyElementsOf(IntStream.range(0, EACH).mapToObj(i -> name + i).toList());
    }
  }

  private static void appendAll(
      StateStore store,
      String name,
      CountDownLatch together,
      Queue<CompletableFuture<Void>> appends) {
    together.countDown();
    while (together.getCount() > 0) {
      Thread.onSpinWait();
    }
    for (int i = 0; i < EACH; i++) {
      appends.add(store.append(bytes(name + i)).toFuture());
    }
  }
}
