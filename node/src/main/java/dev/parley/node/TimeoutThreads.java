package dev.parley.node;

import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;

/**
 * The threads that end calls whose deadline has passed, which runs their subscribers' code: one of
 * them that blocks holds one thread, and the timer none. All nodes of a process share them, since
 * they are needed rarely and for moments; a thread without work ends after a second.
 *
 * <p>What waits for a thread is bounded by the calls that are under way. A pool of this kind takes
 * a task without a lock, for which the timer might have to wait.
 */
final class TimeoutThreads {
  private static final int MIN = 4;
  private static final ForkJoinPool THREADS = create();

  private TimeoutThreads() {}

  static Executor shared() {
    return THREADS;
  }

  private static ForkJoinPool create() {
    int threads = Math.max(MIN, Runtime.getRuntime().availableProcessors());
    return new ForkJoinPool(
        threads, Worker::new, null, true, threads, threads, 1, null, 1, TimeUnit.SECONDS);
  }

  private static final class Worker extends ForkJoinWorkerThread {
    Worker(ForkJoinPool pool) {
      super(pool);
      setName("parley-timeout-" + getPoolIndex());
    }
  }
}
