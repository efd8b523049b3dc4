package dev.parley.testkit;

import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/** Counts the tasks that run on virtual schedulers, and does something before one of them. */
final class Steps {
  private final int at;
  private Runnable action = () -> {};
  private int count;

  /**
   * @param at before which task something is done; the first is 1
   */
  Steps(int at) {
    this.at = at;
  }

  int count() {
    return count;
  }

  void then(Runnable doing) {
    action = doing;
  }

  Scheduler counting(Scheduler delegate) {
    return new Counting(delegate);
  }

  private Runnable counted(Runnable task) {
    return () -> {
      if (++count == at) {
        action.run();
      }
      task.run();
    };
  }

  private final class Counting implements Scheduler {
    private final Scheduler delegate;

    Counting(Scheduler delegate) {
      this.delegate = delegate;
    }

    @Override
    public Disposable schedule(Runnable task) {
      return delegate.schedule(counted(task));
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
      return delegate.schedule(counted(task), delay, unit);
    }

    @Override
    public long now(TimeUnit unit) {
      return delegate.now(unit);
    }

    @Override
    public Worker createWorker() {
      Worker worker = delegate.createWorker();
      return new Worker() {
        @Override
        public Disposable schedule(Runnable task) {
          return worker.schedule(counted(task));
        }

        @Override
        public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
          return worker.schedule(counted(task), delay, unit);
        }

        @Override
        public void dispose() {
          worker.dispose();
        }

        @Override
        public boolean isDisposed() {
          return worker.isDisposed();
        }
      };
    }

    @Override
    public void dispose() {
      delegate.dispose();
    }

    @Override
    public boolean isDisposed() {
      return delegate.isDisposed();
    }
  }
}
