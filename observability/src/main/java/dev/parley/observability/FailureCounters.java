package dev.parley.observability;

import dev.parley.FailureCode;
import dev.parley.Phase;
import dev.parley.spi.InteractionModel;
import io.micrometer.core.instrument.Counter;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** Counts failed messages by model and code, and those of ours by phase. All are there at once. */
final class FailureCounters {
  private final Map<InteractionModel, Map<FailureCode, Map<Phase, Counter>>> sends;
  private final Map<InteractionModel, Map<FailureCode, Counter>> receives;

  FailureCounters(Meters meters) {
    sends =
        each(
            InteractionModel.class,
            model ->
                each(
                    FailureCode.class,
                    code ->
                        each(
                            Phase.class,
                            phase ->
                                meters.counter(
                                    ParleyMeter.SEND_FAILURES,
                                    MessageTimers.word(model),
                                    MessageTimers.word(code),
                                    MessageTimers.word(phase)))));
    receives =
        each(
            InteractionModel.class,
            model ->
                each(
                    FailureCode.class,
                    code ->
                        meters.counter(
                            ParleyMeter.RECEIVE_FAILURES,
                            MessageTimers.word(model),
                            MessageTimers.word(code))));
  }

  private static <K extends Enum<K>, V> Map<K, V> each(Class<K> keys, Function<K, V> value) {
    Map<K, V> map = new EnumMap<>(keys);
    for (K key : Objects.requireNonNull(keys.getEnumConstants())) {
      map.put(key, value.apply(key));
    }
    return map;
  }

  private static <K, V> V of(Map<K, V> all, K key) {
    return Objects.requireNonNull(all.get(key), "every value has one");
  }

  void sendFailed(InteractionModel model, FailureCode code, Phase phase) {
    of(of(of(sends, model), code), phase).increment();
  }

  void receiveFailed(InteractionModel model, FailureCode code) {
    of(of(receives, model), code).increment();
  }
}
