package dev.parley.messenger;

import java.util.concurrent.atomic.AtomicInteger;

/** As many places as may be taken at a time; its value is how many are. */
final class Slots extends AtomicInteger {
  private static final long serialVersionUID = 1L;

  private final int max;

  Slots(int max) {
    this.max = max;
  }

  int max() {
    return max;
  }

  /** Takes a place, to be given back; false where there is none. */
  boolean take() {
    if (incrementAndGet() > max) {
      decrementAndGet();
      return false;
    }
    return true;
  }

  void giveBack() {
    decrementAndGet();
  }
}
