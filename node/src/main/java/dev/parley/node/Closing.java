package dev.parley.node;

import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * The end of a node. It is begun once, by the first subscriber, and then goes on whoever stops
 * waiting for it: a node that is half closed has no timer for what is left of it. Thread-safe.
 */
final class Closing {
  private static final Logger log = LoggerFactory.getLogger(Closing.class);

  private final List<Scheduler> schedulers;
  private final Scheduler blocking;
  private final Disposable.Swap drain = Disposables.swap();
  private final AtomicBoolean drainBegun = new AtomicBoolean();
  private final AtomicBoolean closeBegun = new AtomicBoolean();
  private final AtomicBoolean over = new AtomicBoolean();
  private final Sinks.Empty<Void> onClose = Sinks.empty();

  /**
   * @param schedulers of the node's own, which are disposed last
   * @param blocking where they are, which takes locks
   */
  Closing(List<Scheduler> schedulers, Scheduler blocking) {
    this.schedulers = schedulers;
    this.blocking = blocking;
  }

  /** Whether it has been subscribed to. */
  boolean hasBegun() {
    return drainBegun.get() || closeBegun.get();
  }

  /** Ends the node by {@code ending}, unless it ends already. */
  Mono<Void> drain(Mono<Void> ending) {
    return Mono.defer(
        () -> {
          if (!closeBegun.get() && drainBegun.compareAndSet(false, true)) {
            drain.update(run(ending));
          }
          return onClose();
        });
  }

  /** Ends the node by {@code ending}, also beside a drain, which has less to wait for then. */
  Mono<Void> close(Mono<Void> ending) {
    return Mono.defer(
        () -> {
          if (closeBegun.compareAndSet(false, true)) {
            Disposable ignored = run(ending);
          }
          return onClose();
        });
  }

  private Disposable run(Mono<Void> ending) {
    return ending.subscribe(
        nothing -> {},
        e -> {
          log.warn("closing failed", e);
          finish();
        },
        this::finish);
  }

  /**
   * Disposes of what is left when all that used it has ended; on a thread that may block, since
   * disposing a scheduler takes locks, and the last to end may be an event loop.
   */
  void finish() {
    if (over.compareAndSet(false, true)) {
      drain.dispose();
      try {
        Disposable ignored = blocking.schedule(this::dispose);
      } catch (RejectedExecutionException e) {
        dispose(); // all of Reactor's schedulers were shut down before the node was closed
      }
    }
  }

  private void dispose() {
    schedulers.forEach(Scheduler::dispose);
    onClose.tryEmitEmpty();
  }

  Mono<Void> onClose() {
    return onClose.asMono();
  }
}
