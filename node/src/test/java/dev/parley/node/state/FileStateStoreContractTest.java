package dev.parley.node.state;

import dev.parley.spi.StateStore;
import dev.parley.testkit.StateStoreContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.scheduler.Schedulers;

/** On the machine's disk; a crash is one of the process, so what was written stays. */
class FileStateStoreContractTest extends StateStoreContract {
  private static final SecureRandom RANDOM = new SecureRandom();

  @TempDir private Path dir;
  private int crashes;

  private static StateStore store(Path file) {
    return FileStateStore.builder(file, Schedulers.boundedElastic(), RANDOM)
        .maxBytes(1 << 20)
        .build();
  }

  @Override
  protected StateStore open() {
    return store(dir.resolve("bob.state"));
  }

  @Override
  protected StateStore afterCrash() {
    try {
      Path there = Files.createDirectory(dir.resolve("crash" + crashes++));
      for (String name : new String[] {"bob.state", "bob.state.lock"}) {
        Files.copy(dir.resolve(name), there.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
      }
      return store(there.resolve("bob.state"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
