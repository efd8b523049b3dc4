package dev.parley.observability;

import dev.parley.FailureCode;
import dev.parley.Phase;
import dev.parley.spi.InteractionModel;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The timers of messages, found by arithmetic: a lookup by name and tags for each message would
 * cost more than the message's encryption (JMH {@code SendBenchmark}). A timer is registered
 * when it is used first, so that an agent that never fails has no meters of failures.
 */
final class MessageTimers {
  private static final InteractionModel[] MODELS = InteractionModel.values();
  private static final FailureCode[] CODES = FailureCode.values();
  private static final Phase[] PHASES = Phase.values();
  private static final String NONE = "none";

  private final Meters meters;
  private final ParleyMeter meter;
  private final boolean phases;
  private final AtomicReferenceArray<@Nullable Timer> timers;

  /** Timers by model, failure and, for messages of ours, phase. */
  MessageTimers(Meters meters, ParleyMeter meter, boolean phases) {
    this.meters = meters;
    this.meter = meter;
    this.phases = phases;
    timers = new AtomicReferenceArray<>(MODELS.length * (CODES.length + 1) * (PHASES.length + 1));
    for (InteractionModel model : MODELS) {
      timer(model, null, null); // what rates are of is there from the start
    }
  }

  void record(
      InteractionModel model, long nanos, @Nullable FailureCode failure, @Nullable Phase phase) {
    timer(model, failure, phase).record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer timer(InteractionModel model, @Nullable FailureCode code, @Nullable Phase phase) {
    int at =
        (model.ordinal() * (CODES.length + 1) + (code == null ? 0 : 1 + code.ordinal()))
                * (PHASES.length + 1)
            + (phase == null ? 0 : 1 + phase.ordinal());
    Timer timer = timers.get(at);
    return timer == null ? register(at, model, code, phase) : timer;
  }

  /** Registering twice gives the same timer, so a race does no harm. */
  private Timer register(
      int at, InteractionModel model, @Nullable FailureCode code, @Nullable Phase phase) {
    String outcome = code != null ? "failed" : phase != null ? "cancelled" : "ok";
    Timer timer =
        phases
            ? meters.timer(meter, word(model), outcome, word(code), word(phase))
            : meters.timer(meter, word(model), outcome, word(code));
    timers.set(at, timer);
    return timer;
  }

  static String word(@Nullable Enum<?> value) {
    return value == null ? NONE : value.name().toLowerCase(Locale.ROOT);
  }
}
