package dev.parley.simulator;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * A scheduler whose time is virtual and whose order is fixed: tasks run by time, then by the order
 * in which they were scheduled, all on the thread that calls {@link #runUntil}.
 *
 * <p>Reactor's own virtual-time scheduler takes linear time to cancel a timer, which 10,000 nodes
 * cannot afford; here cancelling sets a flag, and the heap drops cancelled tasks when they come up
 * or when they are more than half of it. Tasks without delay run before time moves on, in order.
 */
public final class SimScheduler implements Scheduler {
  private static final int MIN_COMPACTION = 1024;

  private final class Task implements Disposable {
    final long at;
    final long order;
    final @Nullable SimWorker worker;
    @Nullable Runnable action;

    Task(long at, long order, @Nullable SimWorker worker, Runnable action) {
      this.at = at;
      this.order = order;
      this.worker = worker;
      this.action = action;
    }

    boolean isLive() {
      return action != null && (worker == null || !worker.disposed);
    }

    @Override
    public void dispose() {
      if (action != null) {
        action = null;
        dead++;
      }
    }

    @Override
    public boolean isDisposed() {
      return action == null;
    }
  }

  private final class SimWorker implements Worker {
    boolean disposed;

    @Override
    public Disposable schedule(Runnable task) {
      requireOpen();
      return enqueue(this, task);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
      requireOpen();
      return add(this, task, unit.toNanos(delay));
    }

    private void requireOpen() {
      if (disposed) {
        throw new RejectedExecutionException("the worker is disposed");
      }
    }

    @Override
    public void dispose() {
      disposed = true;
    }

    @Override
    public boolean isDisposed() {
      return disposed;
    }
  }

  private final ArrayDeque<Task> ready = new ArrayDeque<>();
  private @Nullable Task[] heap = new Task[1024];
  private int size;
  private int dead;
  private long nowNanos;
  private long scheduled;
  private long executed;

  /** A scheduler at time 0. */
  public static SimScheduler create() {
    return new SimScheduler();
  }

  private SimScheduler() {}

  /** The virtual time in nanoseconds. */
  public long nanos() {
    return nowNanos;
  }

  /** How many tasks have run. */
  public long executed() {
    return executed;
  }

  /** How many tasks wait, cancelled ones not counted exactly. */
  public int pending() {
    return size + ready.size();
  }

  @Override
  public long now(TimeUnit unit) {
    return unit.convert(nowNanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public Disposable schedule(Runnable task) {
    return enqueue(null, task);
  }

  @Override
  public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
    return add(null, task, unit.toNanos(delay));
  }

  @Override
  public Worker createWorker() {
    return new SimWorker();
  }

  private Disposable enqueue(@Nullable SimWorker worker, Runnable action) {
    Task task = new Task(nowNanos, scheduled++, worker, action);
    ready.add(task);
    return task;
  }

  private Disposable add(@Nullable SimWorker worker, Runnable action, long delayNanos) {
    if (delayNanos <= 0) {
      return enqueue(worker, action);
    }
    Task task = new Task(nowNanos + delayNanos, scheduled++, worker, action);
    if (size == heap.length) {
      makeRoom();
    }
    heap[size] = task;
    siftUp(size++);
    return task;
  }

  private void makeRoom() {
    if (dead > size / 2 && size >= MIN_COMPACTION) {
      compact();
    } else {
      heap = Arrays.copyOf(heap, 2 * heap.length);
    }
  }

  private void compact() {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      Task task = at(i);
      if (task.isLive()) {
        heap[kept++] = task;
      }
    }
    Arrays.fill(heap, kept, size, null);
    size = kept;
    dead = 0;
    for (int i = size / 2 - 1; i >= 0; i--) {
      siftDown(i);
    }
  }

  @SuppressWarnings("NullAway") // slots below size are never null
  private Task at(int i) {
    return heap[i];
  }

  private static boolean isBefore(Task a, Task b) {
    return a.at != b.at ? a.at < b.at : a.order < b.order;
  }

  private void siftUp(int from) {
    Task task = at(from);
    int i = from;
    while (i > 0) {
      int parent = (i - 1) >>> 1;
      if (!isBefore(task, at(parent))) {
        break;
      }
      heap[i] = at(parent);
      i = parent;
    }
    heap[i] = task;
  }

  private void siftDown(int from) {
    Task task = at(from);
    int i = from;
    while (2 * i + 1 < size) {
      int child = 2 * i + 1;
      if (child + 1 < size && isBefore(at(child + 1), at(child))) {
        child++;
      }
      if (!isBefore(at(child), task)) {
        break;
      }
      heap[i] = at(child);
      i = child;
    }
    heap[i] = task;
  }

  private Task poll() {
    Task first = at(0);
    size--;
    heap[0] = heap[size];
    heap[size] = null;
    if (size > 0) {
      siftDown(0);
    }
    return first;
  }

  /** Runs everything up to a time, and leaves the clock there. */
  public void runUntil(long nanos) {
    runUntil(nanos, () -> false);
  }

  /** Runs everything up to a time, or until {@code enough}; true if the latter came first. */
  public boolean runUntil(long nanos, BooleanSupplier enough) {
    while (true) {
      drainReady();
      if (enough.getAsBoolean()) {
        return true;
      }
      if (size == 0 || at(0).at > nanos) {
        nowNanos = Math.max(nowNanos, nanos);
        return false;
      }
      Task next = poll();
      nowNanos = next.at;
      run(next);
    }
  }

  private void drainReady() {
    Task task = ready.poll();
    while (task != null) {
      run(task);
      task = ready.poll();
    }
  }

  private void run(Task task) {
    Runnable action = task.action;
    if (action == null) {
      dead = Math.max(0, dead - 1);
    } else if (task.isLive()) {
      task.action = null;
      executed++;
      action.run();
    }
  }
}
