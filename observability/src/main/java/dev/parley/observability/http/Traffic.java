package dev.parley.observability.http;

import dev.parley.spi.InteractionModel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

  private final Map<InteractionModel, Counts> models = new EnumMap<>(InteractionModel.class);
  private final LongAdder bytesOut = new LongAdder();
  private final LongAdder bytesIn = new LongAdder();
  private final Times answers = new Times();
  private final Times handlers = new Times();
  private final Deque<Sample> history = new ArrayDeque<>(HISTORY); // guarded by this
  private Totals last = new Totals(0, 0, 0, 0, 0, 0); // guarded by this

  /** What there was since the node started. */
  record Totals(
      long sent, long failed, long received, long receiveFailed, long bytesOut, long bytesIn) {}

  /** What there was of one kind since the node started. */
  record ModelTotals(
      InteractionModel model, long sent, long failed, long received, long receiveFailed) {}

  /** Counts of one kind of message. */
  private record Counts(
      LongAdder sent, LongAdder failed, LongAdder received, LongAdder receiveFailed) {
    Counts() {
      this(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder());
    }
  }

  /** How long something takes; recorded by any thread, read by the sampler alone. */
  private static final class Times {
    private final Recorder micros = new Recorder(1, MAX_MICROS, 2);
    private @Nullable Histogram spent;

    void add(long nanos) {
      micros.recordValue(Math.min(MAX_MICROS, Math.max(1, TimeUnit.NANOSECONDS.toMicros(nanos))));
    }

    Histogram sinceLast() {
      Histogram times = micros.getIntervalHistogram(spent);
      spent = times;
      return times;
    }
  }

  Traffic() {
    for (InteractionModel model : InteractionModel.values()) {
      models.put(model, new Counts());
    }
  }

  private Counts of(InteractionModel model) {
    return Objects.requireNonNull(models.get(model), "every model has counts");
  }

  /** A message of ours ended well; what is answered once has a time worth showing. */
  void sent(InteractionModel model, long nanos) {
    of(model).sent.increment();
    if (model == InteractionModel.REQUEST) {
      answers.add(nanos);
    }
  }

  void failed(InteractionModel model) {
    of(model).failed.increment();
  }

  void received(InteractionModel model, long nanos, boolean ok) {
    Counts counts = of(model);
    counts.received.increment();
    if (!ok) {
      counts.receiveFailed.increment();
    }
    if (model == InteractionModel.REQUEST) {
      handlers.add(nanos);
    }
  }

  void bytes(long out, long in) {
    bytesOut.add(out);
    bytesIn.add(in);
  }

  List<ModelTotals> models() {
    return models.entrySet().stream()
        .map(
            e -> {
              Counts c = e.getValue();
              return new ModelTotals(
                  e.getKey(),
                  c.sent.sum(),
                  c.failed.sum(),
                  c.received.sum(),
                  c.receiveFailed.sum());
            })
        .toList();
  }

  Totals totals() {
    long sent = 0;
    long failed = 0;
    long received = 0;
    long receiveFailed = 0;
    for (ModelTotals model : models()) {
      sent += model.sent;
      failed += model.failed;
      received += model.received;
      receiveFailed += model.receiveFailed;
    }
    return new Totals(sent, failed, received, receiveFailed, bytesOut.sum(), bytesIn.sum());
  }

  /** Ends a second, or what took {@code nanos} in its place. */
  synchronized Sample sample(long atMillis, long nanos) {
    Totals now = totals();
    double seconds = Math.max(nanos, 1) / 1e9;
    Histogram times = answers.sinceLast();
    Histogram handling = handlers.sinceLast();
    Sample sample =
        new Sample(
            atMillis,
            (now.sent - last.sent) / seconds,
            (now.failed - last.failed) / seconds,
            (now.received - last.received) / seconds,
            (now.bytesOut - last.bytesOut) / seconds,
            (now.bytesIn - last.bytesIn) / seconds,
            percentile(times, 50),
            percentile(times, 99),
            percentile(times, 100),
            percentile(handling, 50),
            percentile(handling, 99));
    last = now;
    if (history.size() == HISTORY) {
      history.removeFirst();
    }
    history.addLast(sample);
    return sample;
  }

  private static @Nullable Double percentile(Histogram micros, double percent) {
    return micros.getTotalCount() == 0 ? null : micros.getValueAtPercentile(percent) / 1000.0;
  }

  /** The samples that are kept, oldest first. */
  synchronized List<Sample> history() {
    return new ArrayList<>(history);
  }
}
