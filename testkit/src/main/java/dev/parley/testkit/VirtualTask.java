package dev.parley.testkit;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** One task on a {@link VirtualTime}; disposed once it is done, cancelled or failed. */
final class VirtualTask implements Disposable, Comparable<VirtualTask> {
  private final VirtualTaskQueue queue;
  private final Disposable.Composite owner;
  private final AtomicReference<@Nullable Runnable> action;
  private final long periodNanos;
  private long dueNanos; // changes only outside the queue
  private long insertion; // guarded by the queue
  private boolean enqueued; // guarded by the queue

  /** A task of {@code owner} that repeats if {@code periodNanos} is above 0. */
  VirtualTask(
      VirtualTaskQueue queue,
      Disposable.Composite owner,
      Runnable action,
      long dueNanos,
      long periodNanos) {
    this.queue = queue;
    this.owner = owner;
    this.action = new AtomicReference<>(action);
    this.dueNanos = dueNanos;
    this.periodNanos = periodNanos;
  }

  long dueNanos() {
    return dueNanos;
  }

  void run() {
    Runnable current = action.get();
    if (current == null) {
      return;
    }
    boolean repeats = false;
    try {
      current.run();
      repeats = periodNanos > 0;
    } finally {
      if (repeats) {
        dueNanos = VirtualTime.saturatedSum(dueNanos, periodNanos);
        queue.add(this);
      } else {
        dispose();
      }
    }
  }

  @Override
  public void dispose() {
    if (queue.cancel(this)) {
      owner.remove(this);
    }
  }

  @Override
  public boolean isDisposed() {
    return action.get() == null;
  }

  /** Forgets the action; {@code false} if that was done before. */
  boolean end() {
    return action.getAndSet(null) != null;
  }

  void enqueued(long number) {
    insertion = number;
    enqueued = true;
  }

  void dequeued() {
    enqueued = false;
  }

  boolean isEnqueued() {
    return enqueued;
  }

  @Override
  public int compareTo(VirtualTask other) {
    int byTime = Long.compare(dueNanos, other.dueNanos);
    return byTime != 0 ? byTime : Long.compare(insertion, other.insertion);
  }
}
