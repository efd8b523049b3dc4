package dev.parley.observability;

import dev.parley.FailureCode;
import dev.parley.Phase;
import dev.parley.spi.InteractionModel;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The timers of messages. A message that ended well finds its timer in an array; a lookup in the
 * registry by name and tags would cost more than the message's encryption (JMH {@code
 * SendBenchmark}). Timers of other ends are registered when first needed, so that an agent that
 * never fails has no meters of failures.
 */
final class MessageTimers {
  private static final String NONE = "none";

  /** How a message ended other than well; without a code it was cancelled. */
  private record End(InteractionModel model, @Nullable FailureCode code, @Nullable Phase phase) {}

  private final Meters meters;
  private final ParleyMeter meter;
  private final boolean phases;
  private final EnumMap<InteractionModel, Timer> ok = new EnumMap<>(InteractionModel.class);
  private final Map<End, Timer> others = new ConcurrentHashMap<>();

  /** Timers by model, failure and, for messages of ours, phase. */
  MessageTimers(Meters meters, ParleyMeter meter, boolean phases) {
    this.meters = meters;
    this.meter = meter;
    this.phases = phases;
    for (InteractionModel model : InteractionModel.values()) {
      ok.put(model, register("ok", model, null, null)); // what rates are of is there at once
    }
  }

  void record(
      InteractionModel model, long nanos, @Nullable FailureCode failure, @Nullable Phase phase) {
    Timer timer =
        failure == null && phase == null
            ? Objects.requireNonNull(ok.get(model), "every model has one")
            : others.computeIfAbsent(
                new End(model, failure, phase),
                e -> register(failure == null ? "cancelled" : "failed", model, failure, phase));
    timer.record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer register(
      String outcome, InteractionModel model, @Nullable FailureCode code, @Nullable Phase phase) {
    return phases
        ? meters.timer(meter, word(model), outcome, word(code), word(phase))
        : meters.timer(meter, word(model), outcome, word(code));
  }

  static String word(@Nullable Enum<?> value) {
    return value == null ? NONE : value.name().toLowerCase(Locale.ROOT);
  }
}
