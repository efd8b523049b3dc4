package dev.parley.settings;

import dev.parley.spi.Setting;
import java.lang.reflect.Method;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One component of a record: a setting, or a group of them. */
final class Slot {
  final String name;
  final Method accessor;
  final Setting declared;
  final @Nullable Shape group;
  private final @Nullable ValueType type; // null for a group
  private final Range range;

  private Slot(
      String name,
      Method accessor,
      Setting declared,
      @Nullable Shape group,
      @Nullable ValueType type,
      Range range) {
    this.name = name;
    this.accessor = accessor;
    this.declared = declared;
    this.group = group;
    this.type = type;
    this.range = range;
  }

  static Slot setting(String name, Method accessor, Setting declared, ValueType type) {
    return new Slot(name, accessor, declared, null, type, Range.of(declared.range(), type));
  }

  static Slot group(String name, Method accessor, Setting declared, Shape group) {
    return new Slot(name, accessor, declared, group, null, Range.NONE);
  }

  /** The type of a setting's values. */
  ValueType type() {
    if (type == null) {
      throw new IllegalStateException(name + " is a group of settings");
    }
    return type;
  }

  Object byDefault() {
    return Defaults.read(declared.byDefault(), type());
  }

  /** What is wrong with a value; null if nothing is. {@code value} gives those of the group. */
  @Nullable String problem(Object mine, Function<String, Object> value) {
    if (!range.has(type().measure(mine))) {
      String has = type().isList() ? " has " + ((List<?>) mine).size() : " is " + text(mine);
      return has + ", must be " + range;
    }
    String above = declared.above();
    if (!above.isEmpty() && ValueType.compare(mine, value.apply(above)) <= 0) {
      return " is " + text(mine) + ", must be more than " + named(above, value);
    }
    String below = declared.below();
    if (!below.isEmpty() && ValueType.compare(mine, value.apply(below)) >= 0) {
      return " is " + text(mine) + ", must be less than " + named(below, value);
    }
    return null;
  }

  private String named(String other, Function<String, Object> value) {
    return other + ", which is " + text(value.apply(other));
  }

  private String text(Object value) {
    return type().write(value);
  }

  Declaration declaration(String prefix, String about) {
    StringBuilder allowed = new StringBuilder(range.toString());
    if (!declared.above().isEmpty()) {
      allowed.append(", more than ").append(declared.above());
    }
    if (!declared.below().isEmpty()) {
      allowed.append(", less than ").append(declared.below());
    }
    return new Declaration(
        prefix + name,
        type().type(),
        type().unit(name),
        declared.byDefault(),
        allowed.toString(),
        declared.what(),
        declared.atLimit(),
        prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1),
        about);
  }
}
