package dev.parley.observability;

import dev.parley.spi.InteractionModel;
import dev.parley.spi.NodeListener.Outcome;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The timers of messages, by model and outcome. A message finds its timer in an array; a lookup in
 * the registry by name and tags would cost more than the message's encryption (JMH {@code
 * SendBenchmark}). Failures have counters of their own, {@link FailureCounters}: a histogram for
 * each way to fail would be thousands of time series.
 */
final class MessageTimers {
  private static final String NONE = "none";

  private final EnumMap<InteractionModel, Timer> ok = new EnumMap<>(InteractionModel.class);
  private final EnumMap<InteractionModel, Timer> failed = new EnumMap<>(InteractionModel.class);
  private final EnumMap<InteractionModel, Timer> cancelled = new EnumMap<>(InteractionModel.class);

  /** Registers them all. */
  MessageTimers(Meters meters, ParleyMeter meter) {
    for (InteractionModel model : InteractionModel.values()) {
      ok.put(model, meters.timer(meter, word(model), "ok"));
      failed.put(model, meters.timer(meter, word(model), "failed"));
      cancelled.put(model, meters.timer(meter, word(model), "cancelled"));
    }
  }

  void record(InteractionModel model, long nanos, Outcome outcome) {
    EnumMap<InteractionModel, Timer> timers =
        outcome instanceof Outcome.Success
            ? ok
            : outcome instanceof Outcome.Failure ? failed : cancelled;
    Objects.requireNonNull(timers.get(model), "every model has one")
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  static String word(@Nullable Enum<?> value) {
    return value == null ? NONE : value.name().toLowerCase(Locale.ROOT);
  }
}
