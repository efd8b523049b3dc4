package dev.parley.observability;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Meters by a tag whose values an enum lists, those to be expected registered at the start: a
 * counter that appears with its first event has no value before it, so that {@code rate} does not
 * see this event. Thread-safe.
 */
final class EnumMeters<E extends Enum<E>, M> {
  private final Map<E, M> meters = new ConcurrentHashMap<>();
  private final Function<String, M> register;

  EnumMeters(Class<E> values, Function<String, M> register) {
    this(EnumSet.allOf(values), register);
  }

  EnumMeters(Set<E> expected, Function<String, M> register) {
    this.register = register;
    expected.forEach(this::get);
  }

  M get(E value) {
    M meter = meters.get(value);
    return meter != null
        ? meter
        : meters.computeIfAbsent(value, v -> register.apply(MessageTimers.word(v)));
  }
}
