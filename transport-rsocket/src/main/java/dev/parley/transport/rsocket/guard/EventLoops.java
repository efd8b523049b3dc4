package dev.parley.transport.rsocket.guard;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.RejectedExecutionException;

/** Hands work to event loops that may be gone already. */
public final class EventLoops {
  private EventLoops() {}

  /**
   * Runs a task on a loop; false when the loop has ended, and with it every connection, so that
   * there is nothing left to do.
   */
  public static boolean execute(EventExecutor loop, Runnable task) {
    try {
      loop.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }
}
