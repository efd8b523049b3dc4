package dev.parley.messenger;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the failure of a sequence from overlapping its items, where a timer, a close or another
 * thread may end it. Items come one at a time by themselves; one may come from within another,
 * where the subscriber asks for more.
 *
 * <p>The value counts the items that are being signalled, and its sign bit says that the end has
 * come. A thread that ends the sequence while an item is signalled leaves the failure to the thread
 * of that item. It costs an item two atomic operations on a field that no other thread writes.
 */
final class SerialSignals extends AtomicInteger {
  private static final long serialVersionUID = 1L;
  private static final int ENDED = Integer.MIN_VALUE;

  private final transient Consumer<Throwable> signal;
  private transient volatile @Nullable Throwable failure;

  /**
   * @param signal signals the failure to the subscriber
   */
  SerialSignals(Consumer<Throwable> signal) {
    this.signal = signal;
  }

  /** An item is to be signalled now, and {@link #leave} follows; false behind the end. */
  boolean enter() {
    int now;
    do {
      now = get();
      if (now < 0) {
        return false;
      }
    } while (!compareAndSet(now, now + 1));
    return true;
  }

  /** An item was signalled; so is the failure that has come meanwhile. */
  void leave() {
    if (decrementAndGet() == ENDED) {
      tell();
    }
  }

  /** Signals the failure, once: now or behind the item that is being signalled. Any thread. */
  void fail(Throwable e) {
    failure = e;
    if (getAndUpdate(now -> now | ENDED) == 0) {
      tell();
    }
  }

  /** The subscriber has cancelled: a failure that waits for the end of its item is not for it. */
  void cancelled() {
    failure = null;
  }

  private void tell() {
    Throwable e = failure;
    if (e != null) {
      signal.accept(e);
    }
  }
}
