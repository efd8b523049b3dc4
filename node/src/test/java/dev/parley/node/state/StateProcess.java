package dev.parley.node.state;

import java.nio.file.Path;
import reactor.core.scheduler.Schedulers;

/** A process that appends 1, 2, 3 … one after the other, and prints each when it is stored. */
final class StateProcess {
  static final String STORED = "stored ";

  private StateProcess() {}

  public static void main(String[] args) {
    FileStateStore store =
        FileStateStore.builder(Path.of(args[0]), Schedulers.immediate(), Ask.RANDOM).build();
    for (int i = Ask.records(store).size() + 1; i <= 1_000_000; i++) {
      Ask.append(store, Integer.toString(i));
      if (i % 50 == 0) {
        store.compact(all -> all).block(Ask.LIMIT);
      }
      System.out.println(STORED + i);
    }
  }
}
