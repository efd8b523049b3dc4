package dev.parley.simulator.whole;

import io.netty.channel.AbstractEventLoop;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * An event loop in virtual time. As with a real one, a task is on the loop while it runs there, and
 * nothing else is: what other parts of the process ask for comes through its queue.
 */
@SuppressWarnings("deprecation") // an event loop has to have all of its methods
public final class SimLoop extends AbstractEventLoop {
  private final SimProcess process;
  private final Scheduler scheduler;
  private boolean running;

  SimLoop(SimProcess process) {
    this.process = process;
    this.scheduler = process.newScheduler();
  }

  private void run(Runnable task) {
    boolean before = running;
    running = true;
    try {
      task.run();
    } finally {
      running = before;
    }
  }

  @Override
  public boolean inEventLoop(Thread thread) {
    return running;
  }

  @Override
  public void execute(Runnable task) {
    if (process.isDead()) {
      throw new RejectedExecutionException("the process is dead");
    }
    scheduler.schedule(() -> run(task));
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    return schedule(
        () -> {
          task.run();
          return null;
        },
        delay,
        unit);
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
    Timer<V> timer = new Timer<>(this);
    long nanos = Math.max(0, unit.toNanos(delay));
    timer.due = process.time().getAsLong() + nanos;
    timer.task = scheduler.schedule(() -> run(() -> timer.fire(task)), nanos, TimeUnit.NANOSECONDS);
    return timer;
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable task, long initialDelay, long period, TimeUnit unit) {
    return scheduleWithFixedDelay(task, initialDelay, period, unit);
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable task, long initialDelay, long delay, TimeUnit unit) {
    Timer<Void> timer = new Timer<>(this);
    timer.task =
        scheduler.schedulePeriodically(() -> run(task), initialDelay, Math.max(1, delay), unit);
    return timer;
  }

  @Override
  public ChannelFuture register(Channel channel) {
    return register(new DefaultChannelPromise(channel, this));
  }

  @Override
  public ChannelFuture register(ChannelPromise promise) {
    promise.channel().unsafe().register(this, promise);
    return promise;
  }

  @Override
  public ChannelFuture register(Channel channel, ChannelPromise promise) {
    channel.unsafe().register(this, promise);
    return promise;
  }

  @Override
  public boolean isShuttingDown() {
    return process.isDead();
  }

  @Override
  public boolean isShutdown() {
    return process.isDead();
  }

  @Override
  public boolean isTerminated() {
    return process.isDead();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return process.isDead();
  }

  @Override
  public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
    return newSucceededFuture(null);
  }

  @Override
  public Future<?> terminationFuture() {
    return newPromise();
  }

  @Override
  @Deprecated
  public void shutdown() {}

  private static final class Timer<V> extends DefaultPromise<V> implements ScheduledFuture<V> {
    private Disposable task;
    private long due;

    Timer(EventExecutor loop) {
      super(loop);
    }

    private void fire(Callable<V> action) {
      if (!setUncancellable()) {
        return;
      }
      try {
        setSuccess(action.call());
      } catch (Exception e) {
        setFailure(e);
      }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      task.dispose();
      return super.cancel(mayInterruptIfRunning);
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(due, TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }
}
