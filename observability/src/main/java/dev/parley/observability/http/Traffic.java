package dev.parley.observability.http;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * Counts messages and bytes from any thread, and turns them into one {@link Sample} a second, of
 * which it keeps the last {@link #HISTORY}.
 */
final class Traffic {
  /** How many samples are kept: five minutes. */
  static final int HISTORY = 300;

  private static final long MAX_MICROS = TimeUnit.MINUTES.toMicros(2);

  private final LongAdder sent = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder received = new LongAdder();
  private final LongAdder receiveFailed = new LongAdder();
  private final LongAdder bytesOut = new LongAdder();
  private final LongAdder bytesIn = new LongAdder();
  private final Recorder micros = new Recorder(1, MAX_MICROS, 2);
  private final Deque<Sample> history = new ArrayDeque<>(HISTORY); // guarded by this
  private Totals last = new Totals(0, 0, 0, 0, 0, 0); // guarded by this
  private @Nullable Histogram spent; // guarded by this

  /** What there was since the node started. */
  record Totals(
      long sent, long failed, long received, long receiveFailed, long bytesOut, long bytesIn) {}

  void answered(long nanos) {
    sent.increment();
    micros.recordValue(Math.min(MAX_MICROS, Math.max(1, TimeUnit.NANOSECONDS.toMicros(nanos))));
  }

  void signalled() {
    sent.increment();
  }

  void failed() {
    failed.increment();
  }

  void received(boolean ok) {
    received.increment();
    if (!ok) {
      receiveFailed.increment();
    }
  }

  void bytes(long out, long in) {
    bytesOut.add(out);
    bytesIn.add(in);
  }

  Totals totals() {
    return new Totals(
        sent.sum(),
        failed.sum(),
        received.sum(),
        receiveFailed.sum(),
        bytesOut.sum(),
        bytesIn.sum());
  }

  /** Ends a second, or what took {@code nanos} in its place. */
  synchronized Sample sample(long atMillis, long nanos) {
    Totals now = totals();
    double seconds = Math.max(nanos, 1) / 1e9;
    Histogram times = micros.getIntervalHistogram(spent);
    spent = times;
    boolean none = times.getTotalCount() == 0;
    Sample sample =
        new Sample(
            atMillis,
            (now.sent - last.sent) / seconds,
            (now.failed - last.failed) / seconds,
            (now.received - last.received) / seconds,
            (now.bytesOut - last.bytesOut) / seconds,
            (now.bytesIn - last.bytesIn) / seconds,
            none ? null : millis(times.getValueAtPercentile(50)),
            none ? null : millis(times.getValueAtPercentile(99)),
            none ? null : millis(times.getMaxValue()));
    last = now;
    if (history.size() == HISTORY) {
      history.removeFirst();
    }
    history.addLast(sample);
    return sample;
  }

  private static Double millis(long micros) {
    return micros / 1000.0;
  }

  /** The samples that are kept, oldest first. */
  synchronized List<Sample> history() {
    return new ArrayList<>(history);
  }
}
