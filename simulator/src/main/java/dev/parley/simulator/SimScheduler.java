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
  private static final int ARITY = 4; // four times lie in half a cache line

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
  private long[] times = new long[1024]; // of the tasks in the heap, to compare them without a look
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
    set(size, task);
    siftUp(size++);
    return task;
  }

  private void makeRoom() {
    if (dead > size / 2 && size >= MIN_COMPACTION) {
      compact();
    } else {
      heap = Arrays.copyOf(heap, 2 * heap.length);
      times = Arrays.copyOf(times, heap.length);
    }
  }

  private void compact() {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      Task task = at(i);
      if (task.isLive()) {
        set(kept++, task);
      }
    }
    Arrays.fill(heap, kept, size, null);
    size = kept;
    dead = 0;
    for (int i = (size - 2) / ARITY; i >= 0 && size > 1; i--) {
      siftDown(i);
    }
  }

  @SuppressWarnings("NullAway") // slots below size are never null
  private Task at(int i) {
    return heap[i];
  }

  private boolean isBefore(int i, Task task) {
    return times[i] != task.at ? times[i] < task.at : at(i).order < task.order;
  }

  private void set(int i, Task task) {
    heap[i] = task;
    times[i] = task.at;
  }

  private void move(int from, int to) {
    heap[to] = heap[from];
    times[to] = times[from];
  }

  private void siftUp(int from) {
    Task task = at(from);
    int i = from;
    while (i > 0 && !isBefore((i - 1) / ARITY, task)) {
      move((i - 1) / ARITY, i);
      i = (i - 1) / ARITY;
    }
    set(i, task);
  }

  private void siftDown(int from) {
    Task task = at(from);
    int i = from;
    int child = firstOfChildren(i);
    while (child < size && isBefore(child, task)) {
      move(child, i);
      i = child;
      child = firstOfChildren(i);
    }
    set(i, task);
  }

  /** The child that comes first; {@code size} or more when there is none. */
  private int firstOfChildren(int i) {
    int first = ARITY * i + 1;
    int end = Math.min(size, first + ARITY);
    for (int other = first + 1; other < end; other++) {
      boolean sooner = times[other] < times[first];
      if (sooner || (times[other] == times[first] && at(other).order < at(first).order)) {
        first = other;
      }
    }
    return first;
  }

  private Task poll() {
    Task first = at(0);
    size--;
    if (size > 0) {
      set(0, at(size));
      heap[size] = null;
      siftDown(0);
    } else {
      heap[0] = null;
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
      if (size == 0 || times[0] > nanos) {
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
