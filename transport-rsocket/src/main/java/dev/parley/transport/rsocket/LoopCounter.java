package dev.parley.transport.rsocket;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * A count that an event loop changes most of the time, which costs it no locked instruction, and
 * other threads now and then. Anybody reads it.
 */
final class LoopCounter {
  private static final AtomicLongFieldUpdater<LoopCounter> ON_LOOP =
      AtomicLongFieldUpdater.newUpdater(LoopCounter.class, "onLoop");

  private final AtomicLong elsewhere = new AtomicLong();
  private volatile long onLoop; // written by the event loop only

  /** Adds on the event loop. */
  void addOnLoop(long n) {
    ON_LOOP.lazySet(this, onLoop + n);
  }

  /** Adds on any other thread. */
  void addElsewhere(long n) {
    elsewhere.addAndGet(n);
  }

  /** The sum, which may miss what is being added. */
  long get() {
    return onLoop + elsewhere.get();
  }
}
