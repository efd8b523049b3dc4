package dev.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.spi.StateStore;
import dev.parley.spi.StateStoreException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import reactor.core.publisher.Mono;

/** A place for state, the stores that a test opens on it, and ways to ask them. */
abstract class StateStoreFixture {
  static final Duration LIMIT = Duration.ofSeconds(30);

  private final List<StateStore> opened = new ArrayList<>();

  /**
   * A store on this test's place, with what was stored there before; empty the first time. The one
   * that was open is closed. Each test has a place of its own.
   */
  protected abstract StateStore open();

  /**
   * A store on what would be there if the machine stopped at this moment. It is asked nothing
   * before this method has returned. The store that is open goes on; called in its signals too.
   * Never called for a store that is not durable.
   */
  protected abstract StateStore afterCrash();

  /** Lets everything happen that is under way; nothing to do where it happens by itself. */
  protected void settle() {}

  @AfterEach
  void closeAll() {
    opened.forEach(store -> await(store.close()));
  }

  final StateStore store() {
    return tracked(open());
  }

  final StateStore tracked(StateStore store) {
    opened.add(store);
    return store;
  }

  final StateStore reopened(StateStore store) {
    await(store.close());
    return store();
  }

  final <T> T await(CompletableFuture<T> future) {
    settle();
    try {
      return future.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  final void await(Mono<Void> operation) {
    await(operation.toFuture());
  }

  final List<String> records(StateStore store) {
    return Objects.requireNonNull(await(store.load().toFuture())).stream()
        .map(StateStoreFixture::text)
        .toList();
  }

  final void append(StateStore store, String... records) {
    for (String record : records) {
      await(store.append(bytes(record)));
    }
  }

  final void assertFails(Mono<?> operation, StateStoreException.Reason reason) {
    CompletableFuture<?> future = operation.toFuture();
    StateStoreException e = catchThrowableOfType(StateStoreException.class, () -> await(future));
    assertThat(e).as("the failure").isNotNull();
    assertThat(e.reason()).isEqualTo(reason);
    assertThat(e).message().isNotBlank();
  }

  static byte[] bytes(String record) {
    return record.getBytes(StandardCharsets.ISO_8859_1);
  }

  static String text(byte[] record) {
    return new String(record, StandardCharsets.ISO_8859_1);
  }
}
