package dev.parley.node.state;

import dev.parley.node.state.ModelDisk.Loss;
import dev.parley.spi.StateStore;
import dev.parley.testkit.StateStoreContract;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Random;
import reactor.core.scheduler.Schedulers;

/** On a disk that has lost everything that was not forced. */
class PowerLossContractTest extends StateStoreContract {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final ModelDisk disk = new ModelDisk();

  private static StateStore store(ModelDisk disk) {
    return FileStateStore.builder(Path.of("bob.state"), Schedulers.boundedElastic(), RANDOM)
        .maxBytes(1 << 20)
        .disk(disk)
        .build();
  }

  @Override
  protected StateStore open() {
    return store(disk);
  }

  @Override
  protected StateStore afterCrash() {
    return store(disk.after(Loss.EVERYTHING, new Random(1)));
  }
}
