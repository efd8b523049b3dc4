package dev.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.spi.StateStore;
import dev.parley.spi.StateStoreException;
import dev.parley.spi.StateStoreException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The contract of {@link StateStore} as tests: an implementation proves itself by a subclass that
 * supplies stores. A store that says it is durable is also asked what a crash leaves of it, at the
 * moment at which an operation completes.
 */
@Timeout(120)
public abstract class StateStoreContract extends AppendContract {
  /** A contract for a subclass to fulfil. */
  protected StateStoreContract() {}

  @Test
  public void replacesAllRecordsByACompaction() {
    StateStore store = store();
    append(store, "a", "b", "c");
    long before = store.usedBytes();

    await(store.compact(all -> List.of(all.get(2), bytes("d"))));

    assertThat(records(store)).containsExactly("c", "d");
    assertThat(store.usedBytes()).isLessThanOrEqualTo(before);
    await(store.compact(all -> List.of()));
    assertThat(records(store)).isEmpty();
    append(store, "e");
    assertThat(records(store)).containsExactly("e");
  }

  @Test
  public void losesNoAppendAroundACompaction() {
    StateStore store = store();
    AtomicReference<CompletableFuture<Void>> within = new AtomicReference<>();
    CompletableFuture<Void> before = store.append(bytes("before")).toFuture();
    CompletableFuture<Void> compaction =
        store
            .compact(
                all -> {
                  within.set(store.append(bytes("within")).toFuture());
                  all.add(bytes("compacted"));
                  return all;
                })
            .toFuture();

    await(before);
    await(compaction);
    await(Objects.requireNonNull(within.get()));
    append(store, "after");

    assertThat(records(store)).containsExactly("before", "compacted", "within", "after");
  }

  @Test
  public void changesNothingByACompactionThatFails() {
    StateStore store = store();
    append(store, "a", "b");

    assertThatThrownBy(
            () ->
                await(
                    store.compact(
                        all -> {
                          all.get(0)[0] = 'X';
                          all.clear();
                          throw new UnsupportedOperationException("no");
                        })))
        .isInstanceOf(UnsupportedOperationException.class);
    for (int size : new int[] {0, StateStore.MAX_RECORD_BYTES + 1}) {
      assertThatThrownBy(() -> await(store.compact(all -> List.of(bytes("c"), new byte[size]))))
          .isInstanceOf(IllegalArgumentException.class);
    }

    assertThat(records(store)).containsExactly("a", "b");
    append(store, "c");
    assertThat(records(store)).containsExactly("a", "b", "c");
  }

  @Test
  public void refusesWhatDoesNotFitAndGoesOn() {
    StateStore store = store();
    int most = (int) (store.maxBytes() / StateStore.MAX_RECORD_BYTES) + 1;
    byte[] largest = new byte[StateStore.MAX_RECORD_BYTES];
    int stored = 0;
    while (stored < most && fits(store, largest)) {
      stored++;
    }

    assertThat(stored).isBetween(1, most - 1);
    assertThat(store.usedBytes()).isBetween(1L, store.maxBytes());
    assertThat(records(store)).hasSize(stored);
    assertFails(
        store.compact(all -> IntStream.range(0, most).mapToObj(i -> largest).toList()),
        Reason.FULL);
    assertThat(records(store)).hasSize(stored);
    await(store.compact(all -> List.of(bytes("live"))));
    append(store, "more");
    assertThat(records(store)).containsExactly("live", "more");
  }

  private boolean fits(StateStore store, byte[] record) {
    try {
      await(store.append(record));
      return true;
    } catch (StateStoreException e) {
      assertThat(e.reason()).isEqualTo(Reason.FULL);
      return false;
    }
  }

  @Test
  public void takesNothingOnceItIsClosed() {
    StateStore store = store();
    CompletableFuture<Void> before = store.append(bytes("before")).toFuture();
    await(store.close());
    assertThat(before).isCompleted();
    AtomicInteger folds = new AtomicInteger();

    assertFails(store.append(bytes("after")), Reason.CLOSED);
    assertFails(store.load(), Reason.CLOSED);
    assertFails(
        store.compact(
            all -> {
              folds.incrementAndGet();
              return all;
            }),
        Reason.CLOSED);
    await(store.close());

    assertThat(folds).hasValue(0);
    assertThat(records(store())).doesNotContain("after");
  }

  @Test
  public void remembersWhatItStoredIfItIsDurable() {
    StateStore store = store();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      append(store, "a" + i, "b" + i);
      if (i == 3) {
        await(store.compact(all -> List.of(bytes("all"))));
        expected.clear();
        expected.add("all");
      } else {
        expected.addAll(List.of("a" + i, "b" + i));
      }
      boolean isDurable = store.isDurable();
      store = reopened(store);
      if (!isDurable) {
        expected.clear();
      }
      assertThat(records(store)).containsExactlyElementsOf(expected);
    }
  }

  @Test
  public void hasStoredWhatItCompletesIfItIsDurable() {
    StateStore store = store();
    if (!store.isDurable()) {
      return; // the promise is for durable stores only
    }
    append(store, "a");
    assertThat(records(crashedAtTheEndOf(store.append(bytes("b"))))).endsWith("a", "b");
    assertThat(records(crashedAtTheEndOf(store.compact(all -> List.of(bytes("c"))))))
        .containsExactly("c");
    assertThat(records(crashedAtTheEndOf(store.append(bytes("d"))))).endsWith("c", "d");
  }

  private StateStore crashedAtTheEndOf(Mono<Void> operation) {
    AtomicReference<StateStore> crashed = new AtomicReference<>();
    await(operation.doOnSuccess(v -> crashed.set(afterCrash())));
    return tracked(Objects.requireNonNull(crashed.get()));
  }

  @Test
  public void takesOperationsOnThreadsThatMustNotBlock() {
    StateStore store = store();
    Scheduler eventLoop = Schedulers.newParallel("contract", 1, true);
    try {
      await(store.append(bytes("a")).subscribeOn(eventLoop));
      await(store.compact(all -> all).subscribeOn(eventLoop));
      assertThat(await(store.load().subscribeOn(eventLoop).toFuture())).hasSize(1);
      await(store.close().subscribeOn(eventLoop));
    } finally {
      eventLoop.dispose();
    }
  }
}
