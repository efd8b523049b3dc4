package dev.parley.transport.rsocket.frame;

import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * A count that an event loop changes most of the time, which costs it no locked instruction, and
 * other threads now and then. Anybody reads it.
 */
public final class LoopCounter {
  private static final AtomicLongFieldUpdater<LoopCounter> ON_LOOP =
      AtomicLongFieldUpdater.newUpdater(LoopCounter.class, "onLoop");

  private static final AtomicLongFieldUpdater<LoopCounter> ELSEWHERE =
      AtomicLongFieldUpdater.newUpdater(LoopCounter.class, "elsewhere");

  private volatile long elsewhere;
  private volatile long onLoop; // written by the event loop only

  /** Adds on the event loop. */
  public void addOnLoop(long n) {
    ON_LOOP.lazySet(this, onLoop + n);
  }

  /** Adds on any other thread. */
  public void addElsewhere(long n) {
    ELSEWHERE.addAndGet(this, n);
  }

  /** The sum, which may miss what is being added. */
  public long get() {
    return onLoop + elsewhere;
  }
}
