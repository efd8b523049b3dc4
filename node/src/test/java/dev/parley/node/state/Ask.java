package dev.parley.node.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.spi.StateStore;
import dev.parley.spi.StateStoreException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Stores whose operations take place in the calling thread, and words as records. */
final class Ask {
  static final Path FILE = Path.of("bob.state").toAbsolutePath();
  static final Path LOCK = StateFile.lockOf(FILE);
  static final SecureRandom RANDOM = new SecureRandom();
  static final Duration LIMIT = Duration.ofSeconds(30);

  private Ask() {}

  static FileStateStore.Builder builder(Disk disk) {
    return FileStateStore.builder(FILE, Schedulers.immediate(), RANDOM).disk(disk);
  }

  static FileStateStore store(Disk disk) {
    return builder(disk).build();
  }

  static List<String> records(StateStore store) {
    return Objects.requireNonNull(store.load().block(LIMIT)).stream()
        .map(record -> new String(record, StandardCharsets.ISO_8859_1))
        .toList();
  }

  static void append(StateStore store, String... records) {
    for (String record : records) {
      store.append(bytes(record)).block(LIMIT);
    }
  }

  static void compact(StateStore store, String... records) {
    store.compact(all -> List.of(records).stream().map(Ask::bytes).toList()).block(LIMIT);
  }

  static void close(StateStore store) {
    store.close().block(LIMIT);
  }

  /** Opens, reads and closes. */
  static List<String> reopened(Disk disk) {
    FileStateStore store = store(disk);
    try {
      return records(store);
    } finally {
      close(store);
    }
  }

  static byte[] bytes(String record) {
    return record.getBytes(StandardCharsets.ISO_8859_1);
  }

  static StateStoreException failure(Mono<?> operation) {
    StateStoreException e =
        catchThrowableOfType(StateStoreException.class, () -> operation.block(LIMIT));
    assertThat(e).as("the failure").isNotNull();
    return e;
  }

  static void assertFails(Mono<?> operation, StateStoreException.Reason reason) {
    assertThat(failure(operation).reason()).isEqualTo(reason);
  }
}
