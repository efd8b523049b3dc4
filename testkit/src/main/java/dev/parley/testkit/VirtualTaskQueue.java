package dev.parley.testkit;

import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of a {@link VirtualTime} by due time, then by insertion. Thread-safe.
 *
 * <p>Cancelled tasks stay in the heap until they surface or outnumber the live ones, so cancelling
 * costs constant time, amortized, and memory stays within twice the live tasks.
 */
final class VirtualTaskQueue {
  private static final int MIN_CANCELLED_TO_COMPACT = 64;

  private final PriorityQueue<VirtualTask> heap = new PriorityQueue<>();
  private long insertions;
  private int cancelled;

  /** Adds {@code task} unless it was cancelled meanwhile. */
  synchronized void add(VirtualTask task) {
    if (task.isDisposed()) {
      return;
    }
    task.enqueued(insertions++);
    heap.add(task);
  }

  synchronized @Nullable VirtualTask peek() {
    VirtualTask head = heap.peek();
    while (head != null && head.isDisposed()) {
      remove();
      head = heap.peek();
    }
    return head;
  }

  /** Takes the first task if it is due at {@code nanos}. */
  synchronized @Nullable VirtualTask pollDue(long nanos) {
    VirtualTask head = peek();
    if (head == null || head.dueNanos() > nanos) {
      return null;
    }
    remove();
    return head;
  }

  private void remove() {
    VirtualTask head = heap.remove();
    head.dequeued();
    if (head.isDisposed()) {
      cancelled--;
    }
  }

  /** Ends {@code task}, in the queue or not; {@code false} if it had ended before. */
  synchronized boolean cancel(VirtualTask task) {
    if (!task.end()) {
      return false;
    }
    if (task.isEnqueued()) {
      cancelled++;
      if (cancelled >= MIN_CANCELLED_TO_COMPACT && cancelled > heap.size() / 2) {
        heap.removeIf(VirtualTask::isDisposed);
        cancelled = 0;
      }
    }
    return true;
  }

  synchronized int size() {
    return heap.size() - cancelled;
  }

  /** Live and cancelled tasks in memory. */
  synchronized int footprint() {
    return heap.size();
  }
}
