package dev.parley.testkit;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** A scheduler whose tasks run when its {@link VirtualTime} advances. */
final class VirtualScheduler implements Scheduler {
  private final VirtualTime time;
  private final Disposable.Composite tasks = Disposables.composite();

  VirtualScheduler(VirtualTime time) {
    this.time = time;
  }

  @Override
  public Disposable schedule(Runnable task) {
    return submit(tasks, task, 0, 0);
  }

  @Override
  public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
    return submit(tasks, task, unit.toNanos(delay), 0);
  }

  @Override
  public Disposable schedulePeriodically(
      Runnable task, long initialDelay, long period, TimeUnit unit) {
    return submit(tasks, task, unit.toNanos(initialDelay), periodNanos(period, unit));
  }

  @Override
  public long now(TimeUnit unit) {
    return unit.convert(time.getAsLong(), TimeUnit.NANOSECONDS);
  }

  @Override
  public Worker createWorker() {
    VirtualWorker worker = new VirtualWorker();
    if (!tasks.add(worker)) {
      throw rejected();
    }
    return worker;
  }

  @Override
  public void dispose() {
    tasks.dispose();
  }

  @Override
  public boolean isDisposed() {
    return tasks.isDisposed();
  }

  private Disposable submit(
      Disposable.Composite owner, Runnable action, long delayNanos, long periodNanos) {
    VirtualTask task = time.newTask(owner, Schedulers.onSchedule(action), delayNanos, periodNanos);
    if (!owner.add(task)) {
      throw rejected();
    }
    time.enqueue(task);
    return task;
  }

  private static RejectedExecutionException rejected() {
    return new RejectedExecutionException("the virtual scheduler or its worker is disposed");
  }

  /** A period of nothing would keep the clock at one instant forever. */
  private static long periodNanos(long period, TimeUnit unit) {
    if (period <= 0) {
      throw new IllegalArgumentException("period is " + period + ", must be 1 or more");
    }
    return unit.toNanos(period);
  }

  private final class VirtualWorker implements Worker {
    private final Disposable.Composite own = Disposables.composite();

    @Override
    public Disposable schedule(Runnable task) {
      return submit(own, task, 0, 0);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
      return submit(own, task, unit.toNanos(delay), 0);
    }

    @Override
    public Disposable schedulePeriodically(
        Runnable task, long initialDelay, long period, TimeUnit unit) {
      return submit(own, task, unit.toNanos(initialDelay), periodNanos(period, unit));
    }

    @Override
    public void dispose() {
      own.dispose();
      tasks.remove(this);
    }

    @Override
    public boolean isDisposed() {
      return own.isDisposed();
    }
  }
}
