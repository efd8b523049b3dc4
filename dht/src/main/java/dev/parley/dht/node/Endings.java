package dev.parley.dht.node;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What is to be told to those who wait when the node stops, each once. Thread-safe: who asks while
 * the node stops is told as well.
 */
public final class Endings {
  private final Set<Runnable> waiting = new LinkedHashSet<>(2);
  private boolean over;

  /** Runs it when the node stops, or now if it has. */
  public void add(Runnable end) {
    synchronized (this) {
      if (!over) {
        waiting.add(end);
        return;
      }
    }
    end.run();
  }

  /** It is not to be told any more. */
  public synchronized void remove(Runnable end) {
    waiting.remove(end);
  }

  void run() {
    List<Runnable> told;
    synchronized (this) {
      over = true;
      told = List.copyOf(waiting);
      waiting.clear();
    }
    told.forEach(Runnable::run);
  }
}
