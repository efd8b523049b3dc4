package dev.parley.transport.rsocket.guard;

import java.util.concurrent.TimeUnit;

/**
 * How many items of a stream are asked for ahead while requests pass on the same link: so many that
 * an item comes after twice the time it would take on an idle path. More would not come faster; it
 * would only wait somewhere between the producer and us, and a request or its answer behind it.
 *
 * <p>The window follows the ratio of the shortest time to the last one, as delay-based congestion
 * control does (FAST TCP, Wei et al. 2006). The shortest time is measured anew every ten seconds
 * with a window that is nearly empty (as BBR's ProbeRTT,
 * draft-cardwell-iccrg-bbr-congestion-control), or it would grow with the queue that it is to
 * prevent. Confined to the event loop.
 */
final class DelayWindow {
  private static final double GAIN = 2;
  private static final long VALID_NANOS = TimeUnit.SECONDS.toNanos(10);

  private int items;
  private int itemsBefore; // the shortest time was last measured
  private boolean measuring;
  private boolean settling; // the path is not yet filled as the window now allows
  private long shortestNanos = Long.MAX_VALUE;
  private long measuredAtNanos;

  /** The window of items, between {@code floor} and {@code full}. */
  int items(int floor, int full) {
    return measuring || items < floor ? Math.min(floor, full) : Math.min(items, full);
  }

  /** Starts over, with the shortest time. */
  void start() {
    measuring = true;
    itemsBefore = 0;
  }

  /**
   * Takes how long after it was asked for an item came.
   *
   * @param ahead how many items were under way when it was asked for
   */
  void took(long nanos, int ahead, long nowNanos, int floor, int full) {
    long time = Math.max(1, nanos);
    if (measuring) {
      measuring = false;
      shortestNanos = time;
      measuredAtNanos = nowNanos;
      items = itemsBefore == 0 ? (int) (floor * GAIN) : itemsBefore;
      settling = true;
      return;
    }
    shortestNanos = Math.min(shortestNanos, time);
    if (settling) {
      settling = false;
      return;
    }
    double fitting = ahead * GAIN * shortestNanos / time;
    if (fitting > items || 2 * ahead > items) { // else the consumer wants no more than that
      double next = Math.max(0.5 * items, Math.min(2.0 * items, fitting));
      int before = items;
      items = Math.max(floor, Math.min(full, (int) Math.ceil(next)));
      settling = items != before;
    }
    if (nowNanos - measuredAtNanos >= VALID_NANOS) {
      measuring = true;
      itemsBefore = items;
    }
  }
}
