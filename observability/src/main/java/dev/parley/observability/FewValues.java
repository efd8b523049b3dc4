package dev.parley.observability;

import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Meters by a tag value that is one of few words. Should the words be more than that after all, the
 * rest is counted as {@code other}, so that no mistake elsewhere can fill the registry.
 */
final class FewValues<M> {
  /** More than any tag of ours has. */
  static final int MAX_VALUES = 100;

  static final String OTHER = "other";

  private final Map<String, M> meters = new ConcurrentHashMap<>();
  private final Function<String, M> register;

  FewValues(Function<String, M> register) {
    this.register = register;
  }

  /** Registers the meters of these values. */
  FewValues<M> with(List<String> values) {
    values.forEach(this::get);
    return this;
  }

  M get(String value) {
    M meter = meters.get(value);
    if (meter != null) {
      return meter;
    }
    String kept = meters.size() < MAX_VALUES ? value : OTHER;
    return meters.computeIfAbsent(kept, register);
  }

  static void record(FewValues<Timer> timers, String value, long nanos) {
    timers.get(value).record(nanos, TimeUnit.NANOSECONDS);
  }
}
