package dev.parley.transport.rsocket.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.ImmediateEventExecutor;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A bulk stream over a path of a given round trip and rate, in virtual time: what a request that is
 * sent in the midst of it would wait, and what the stream loses by that.
 */
class StreamBesideRequestsTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final int WINDOW = 256;

  /** A producer that is always ready, a bottleneck that passes one item at a time, a consumer. */
  private static final class Path implements StreamDemand.Link {
    private record Event(long at, long order, Runnable what) {}

    private final PriorityQueue<Event> events =
        new PriorityQueue<>(
            (a, b) -> a.at != b.at ? Long.compare(a.at, b.at) : Long.compare(a.order, b.order));
    private final StreamDemand demand =
        new StreamDemand(ImmediateEventExecutor.INSTANCE, this, WINDOW, 1 << 20);
    private long halfTripNanos;
    private final long itemNanos;
    private long now;
    private long order;
    private long busyUntil;
    private long items;
    private int requests;
    private long worstWait;
    private long idleUntil;

    Path(long roundTripNanos, long itemNanos) {
      this.halfTripNanos = roundTripNanos / 2;
      this.itemNanos = itemNanos;
    }

    private void in(long nanos, Runnable what) {
      events.add(new Event(now + nanos, order++, what));
    }

    void open() {
      demand.request(Long.MAX_VALUE);
      int n = demand.opened(1);
      in(halfTripNanos, () -> produce(n));
    }

    @Override
    public void requestItems(int streamId, int n) {
      in(halfTripNanos, () -> produce(n));
    }

    private void produce(int n) {
      if (now < idleUntil) {
        in(idleUntil - now, () -> produce(n));
        return;
      }
      for (int i = 0; i < n; i++) {
        busyUntil = Math.max(now, busyUntil) + itemNanos;
        in(busyUntil - now + halfTripNanos, this::arrive);
      }
    }

    private void arrive() {
      items++;
      demand.received(1024);
      demand.grant();
    }

    /** A request that passes the bottleneck behind the items that wait there. */
    void request() {
      requests++;
      worstWait = Math.max(worstWait, busyUntil - now);
    }

    void requestEvery(long nanos, long until) {
      if (now < until) {
        request();
        in(nanos, () -> requestEvery(nanos, until));
      }
    }

    /** Runs for a while; returns how much of the bottleneck's rate came through. */
    double run(long nanos) {
      long until = now + nanos;
      long before = items;
      worstWait = 0;
      while (!events.isEmpty() && events.peek().at <= until) {
        Event next = events.poll();
        now = next.at;
        next.what.run();
      }
      now = until;
      return (items - before) * (double) itemNanos / nanos;
    }

    @Override
    public int requests() {
      return requests;
    }

    @Override
    public long nanoTime() {
      return now;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "30_000, 10_000", // loopback, a busy consumer
    "300_000, 8_000", // one network, 1 Gbit/s
    "20_000_000, 100_000", // far, 80 Mbit/s
    "60_000_000, 5_000_000", // far and slow
  })
  void requestsFindLittleAheadOfThemAndTheStreamKeepsItsRate(long roundTrip, long item) {
    Path path = new Path(roundTrip, item);
    path.open();
    path.run(2 * SECOND);
    path.requestEvery(roundTrip, 62 * SECOND);
    path.run(5 * SECOND); // what was asked for before comes

    double rate = path.run(Math.min(30 * SECOND, 200_000 * item));

    assertThat(path.worstWait).isLessThanOrEqualTo(5 * roundTrip / 2 + 8 * item);
    assertThat(rate).isGreaterThan(0.9);
  }

  @Test
  void aStreamAloneHasItsWholeWindow() {
    Path path = new Path(300_000, 8_000);
    path.open();
    path.run(SECOND);
    path.requestEvery(100_000, 3 * SECOND);
    path.run(2 * SECOND);
    assertThat(path.demand.outstanding()).isLessThan(WINDOW / 2);

    path.run(3 * SECOND);

    assertThat(path.demand.outstanding()).isGreaterThan(WINDOW / 2);
  }

  @Test
  void aProducerThatPausedIsSoonAtItsRateAgain() {
    Path path = new Path(20_000_000, 100_000);
    path.open();
    path.requestEvery(1_000_000, 100 * SECOND);
    path.run(15 * SECOND);
    path.idleUntil = path.now + 12 * SECOND;
    path.run(12 * SECOND);
    path.run(SECOND);

    assertThat(path.run(5 * SECOND)).isGreaterThan(0.9);
  }

  @Test
  void aPathThatBecameLongerIsMeasuredAnew() {
    Path path = new Path(20_000_000, 200_000);
    path.open();
    path.requestEvery(1_000_000, 100 * SECOND);
    path.run(15 * SECOND);
    path.halfTripNanos *= 2;
    path.run(12 * SECOND);

    assertThat(path.run(5 * SECOND)).isGreaterThan(0.9);
  }
}
