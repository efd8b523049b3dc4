package dev.parley.settings;

import dev.parley.spi.Setting;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A record and the builder that makes it: which settings there are. Read once by reflection. */
final class Shape {
  final Class<?> builder;
  private final Class<?> record;
  private final Constructor<?> constructor;
  private final Map<String, Slot> slots = new LinkedHashMap<>(); // in the order of the record

  /**
   * @throws IllegalStateException if a component and the builder's methods do not fit
   */
  Shape(Class<?> record, Class<?> builder) {
    this.record = record;
    this.builder = builder;
    RecordComponent[] components = record.getRecordComponents();
    Map<String, Method> setters =
        Arrays.stream(builder.getMethods())
            .filter(m -> m.isAnnotationPresent(Setting.class))
            .collect(Collectors.toMap(Method::getName, m -> m));
    Set<String> unlike = new TreeSet<>(setters.keySet());
    Arrays.stream(components).map(RecordComponent::getName).forEach(n -> toggle(unlike, n));
    if (!unlike.isEmpty()) {
      throw new IllegalStateException(
          "of " + record.getName() + ", component or @Setting method is missing: " + unlike);
    }
    for (RecordComponent c : components) {
      String name = c.getName();
      slots.put(name, slot(c, Objects.requireNonNull(setters.get(name), name)));
    }
    this.constructor = constructor(record, components);
  }

  private static void toggle(Set<String> names, String name) {
    if (!names.remove(name)) {
      names.add(name);
    }
  }

  private static Slot slot(RecordComponent component, Method setter) {
    String name = component.getName();
    Method accessor = component.getAccessor();
    accessor.trySetAccessible();
    Setting declared = setter.getAnnotation(Setting.class);
    Type parameter = setter.getGenericParameterTypes()[0];
    if (!component.getType().isRecord() || parameter == component.getType()) {
      ValueType type = ValueType.of(name, component.getGenericType(), declared.parse());
      if (!type.isList() && setter.getParameterTypes()[0] != component.getType()) {
        throw new IllegalStateException(setter + " sets no " + component.getType());
      }
      return Slot.setting(name, accessor, declared, type);
    }
    if (parameter instanceof ParameterizedType consumer
        && consumer.getActualTypeArguments()[0] instanceof Class<?> builder) {
      return Slot.group(name, accessor, declared, new Shape(component.getType(), builder));
    }
    throw new IllegalStateException(setter + " must take a Consumer of the group's builder");
  }

  private static Constructor<?> constructor(Class<?> record, RecordComponent[] components) {
    try {
      Constructor<?> canonical =
          record.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      canonical.trySetAccessible();
      return canonical;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e); // every record has one
    }
  }

  Stream<Slot> slots() {
    return slots.values().stream();
  }

  @Nullable Slot slot(String name) {
    return slots.get(name);
  }

  /** A record of these values, in the order of its components. */
  Object make(Object... values) {
    try {
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException refused) {
        throw refused;
      }
      throw new IllegalStateException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(record + " must be accessible", e);
    }
  }

  /** What a record has in a component. */
  static Object value(Object record, Slot slot) {
    try {
      return slot.accessor.invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(record.getClass() + " must be accessible", e);
    }
  }

  Stream<Declaration> declarations(String prefix, String about) {
    return slots()
        .flatMap(
            slot ->
                slot.group == null
                    ? Stream.of(slot.declaration(prefix, about))
                    : slot.group.declarations(prefix + slot.name + ".", slot.declared.what()));
  }

  /** The names of all settings and groups here. */
  List<String> names() {
    return List.copyOf(slots.keySet());
  }
}
