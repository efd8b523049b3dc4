package dev.parley.testkit;

import dev.parley.spi.StateStore;

class MemoryStateStoreContractTest extends StateStoreContract {
  @Override
  protected StateStore open() {
    return StateStore.inMemory();
  }

  @Override
  protected StateStore afterCrash() {
    throw new AssertionError("it promises nothing");
  }
}
