package dev.parley.testkit;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Lets BlockHound pass the lock that Reactor's schedulers take for a moment when a task is
 * cancelled. Reactor's own integration passes it where a task is added; rsocket-core cancels its
 * keep-alive timer on the event loop whenever a connection ends.
 */
@SuppressWarnings("exports") // for BlockHound, which finds it
public final class SchedulerLocks implements BlockHoundIntegration {
  /** For the service loader. */
  public SchedulerLocks() {}

  @Override
  public void applyTo(BlockHound.Builder builder) {
    builder.allowBlockingCallsInside(
        ScheduledThreadPoolExecutor.class.getName() + "$DelayedWorkQueue", "remove");
  }
}
