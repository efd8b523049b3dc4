package dev.parley.testkit;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/**
 * What runs the tasks of one end of a link, one after the other, as an event loop does. A task that
 * is taken runs, whatever happens; a retired loop takes none.
 */
final class MemoryLoop {
  private final Scheduler.Worker worker;
  private final Queue<Runnable> mailbox = new ArrayDeque<>(); // guarded by this
  private boolean retired; // guarded by this

  MemoryLoop(Scheduler scheduler) {
    this.worker = scheduler.createWorker();
  }

  /** Runs {@code task} later; false when the loop is retired. */
  boolean execute(Runnable task) {
    synchronized (this) {
      if (retired) {
        return false;
      }
      mailbox.add(task);
    }
    schedule(this::runNext, 0);
    return true;
  }

  /** Runs {@code task} after a delay, unless the loop is retired before. */
  void schedule(Runnable task, long delayNanos) {
    try {
      worker.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      // Retired: the link is gone, and what it carried with it.
    }
  }

  /** Runs what was taken and takes no more; called by a task of this loop. */
  void retire() {
    Runnable task;
    while ((task = nextOrRetire()) != null) {
      task.run();
    }
    worker.dispose();
  }

  private synchronized @Nullable Runnable nextOrRetire() {
    Runnable task = mailbox.poll();
    retired = task == null;
    return task;
  }

  private void runNext() {
    Runnable task;
    synchronized (this) {
      task = mailbox.poll();
    }
    if (task != null) {
      task.run();
    }
  }
}
