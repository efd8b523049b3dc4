package dev.parley.settings;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The values that a builder has so far, and what its methods do. */
final class Draft implements InvocationHandler {
  private final String prefix; // of the keys: "transport.liveness."
  private final Shape shape;
  private final Map<String, Object> values = new LinkedHashMap<>(); // a Draft for each group
  private final Object builder;

  private Draft(String prefix, Shape shape) {
    this.prefix = prefix;
    this.shape = shape;
    this.builder =
        Proxy.newProxyInstance(
            shape.builder.getClassLoader(), new Class<?>[] {shape.builder}, this);
  }

  static Draft ofDefaults(String prefix, Shape shape) {
    Draft draft = new Draft(prefix, shape);
    shape
        .slots()
        .forEach(
            slot ->
                draft.values.put(
                    slot.name,
                    slot.group == null
                        ? slot.byDefault()
                        : ofDefaults(prefix + slot.name + ".", slot.group)));
    return draft;
  }

  static Draft of(String prefix, Shape shape, Object record) {
    Draft draft = new Draft(prefix, shape);
    shape.slots().forEach(slot -> draft.take(slot, Shape.value(record, slot)));
    return draft;
  }

  /** From values in the order of the record. */
  static Draft ofValues(String prefix, Shape shape, Object[] values) {
    Draft draft = new Draft(prefix, shape);
    List<Slot> slots = shape.slots().toList();
    for (int i = 0; i < values.length; i++) {
      draft.take(slots.get(i), values[i]);
    }
    return draft;
  }

  private void take(Slot slot, Object value) {
    Objects.requireNonNull(value, slot.name);
    values.put(
        slot.name, slot.group == null ? value : of(prefix + slot.name + ".", slot.group, value));
  }

  Object builder() {
    return builder;
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] args) {
    if (method.getDeclaringClass() == Object.class) {
      return switch (method.getName()) {
        case "equals" -> args != null && args[0] == proxy;
        case "hashCode" -> System.identityHashCode(proxy);
        default -> shape.builder.getName() + shape.names();
      };
    }
    if (args == null) {
      return build();
    }
    change(slot(method.getName()), Objects.requireNonNull(args[0], method.getName()));
    return proxy;
  }

  @SuppressWarnings("unchecked") // Shape has seen that the method takes a Consumer of this builder
  private void change(Slot slot, Object value) {
    if (slot.group != null) {
      ((Consumer<Object>) value).accept(group(slot).builder);
    } else if (slot.type().isList()) {
      List<Object> all = new ArrayList<>((List<Object>) value(slot.name));
      all.add(value);
      values.put(slot.name, List.copyOf(all));
    } else {
      values.put(slot.name, value);
    }
  }

  private Slot slot(String name) {
    return Objects.requireNonNull(shape.slot(name), name);
  }

  private Draft group(Slot slot) {
    return (Draft) value(slot.name);
  }

  private Object value(String name) {
    return Objects.requireNonNull(values.get(name), name);
  }

  /** Sets what has this key below this group, or says that nothing has. */
  boolean read(String key, String text) {
    if (!key.startsWith(prefix)) {
      return false;
    }
    String rest = key.substring(prefix.length());
    int dot = rest.indexOf('.');
    Slot slot = shape.slot(dot < 0 ? rest : rest.substring(0, dot));
    if (slot == null || (slot.group == null) != (dot < 0)) {
      return false;
    }
    if (slot.group != null) {
      return group(slot).read(key, text);
    }
    try {
      values.put(slot.name, slot.type().read(text));
      return true;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(key + " is " + text + ", " + e.getMessage(), e);
    }
  }

  Stream<Declaration> declarations() {
    return shape.declarations(prefix, "");
  }

  /** Adds what is wrong, here and in the groups below. */
  void problems(List<String> problems) {
    shape
        .slots()
        .forEach(
            slot -> {
              if (slot.group != null) {
                group(slot).problems(problems);
                return;
              }
              String problem = slot.problem(value(slot.name), this::value);
              if (problem != null) {
                problems.add(prefix + slot.name + problem);
              }
            });
  }

  /** The record, which checks itself. */
  Object build() {
    return shape.make(
        shape
            .slots()
            .map(slot -> slot.group == null ? value(slot.name) : group(slot).build())
            .toArray());
  }
}
