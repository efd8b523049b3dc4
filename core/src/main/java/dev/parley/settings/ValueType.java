package dev.parley.settings;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How the values of one setting are read, written and compared. */
final class ValueType {
  private static final List<Class<?>> KNOWN =
      List.of(int.class, long.class, boolean.class, Duration.class);

  private final Class<?> type;
  private final @Nullable Method parse; // of the type, or of a list's elements if they are no texts
  private final boolean inBytes;

  private ValueType(Class<?> type, @Nullable Method parse, boolean inBytes) {
    this.type = type;
    this.parse = parse;
    this.inBytes = inBytes;
  }

  /**
   * The type of a record's component.
   *
   * @param parse the static method that reads a value of a type that is not known here
   * @throws IllegalStateException if there are no settings of this type
   */
  static ValueType of(String name, Type declared, String parse) {
    if (declared instanceof ParameterizedType list
        && list.getRawType() == List.class
        && list.getActualTypeArguments()[0] instanceof Class<?> element) {
      return new ValueType(
          List.class, element == String.class ? null : method(name, element, parse), false);
    }
    if (declared instanceof Class<?> type) {
      return type.isEnum() || KNOWN.contains(type)
          ? new ValueType(type, null, name.endsWith("Bytes"))
          : new ValueType(type, method(name, type, parse), false);
    }
    throw new IllegalStateException("setting " + name + " is a " + declared.getTypeName());
  }

  private static Method method(String name, Class<?> type, String parse) {
    try {
      return type.getMethod(parse, String.class);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("setting " + name + " is a " + type.getName(), e);
    }
  }

  Class<?> type() {
    return type;
  }

  boolean isList() {
    return type == List.class;
  }

  String unit(String name) {
    if (type == Duration.class) {
      return "time";
    }
    return inBytes ? "bytes" : name.endsWith("Percent") ? "percent" : "";
  }

  /** The values that there are at all: all names of an enum, or what they are called. */
  String choices() {
    if (type == boolean.class) {
      return "true or false";
    }
    if (parse != null) {
      return type.getSimpleName().toLowerCase(Locale.ROOT);
    }
    return type.isEnum() ? String.join(", ", names()) : "";
  }

  private List<String> names() {
    return Arrays.stream(type.getEnumConstants()).map(c -> ((Enum<?>) c).name()).toList();
  }

  /**
   * Reads a value.
   *
   * @throws IllegalArgumentException that begins with "must be"
   */
  Object read(String text) {
    if (isList()) {
      List<Object> values = new ArrayList<>();
      for (String one : text.isBlank() ? new String[0] : text.split(",", -1)) {
        values.add(parse == null ? one.strip() : parsed(parse, one.strip()));
      }
      return List.copyOf(values);
    }
    return readOne(text.strip());
  }

  private Object readOne(String text) {
    if (parse != null) {
      return parsed(parse, text);
    }
    if (type == Duration.class) {
      return Times.read(text);
    }
    if (type == boolean.class) {
      return truth(text);
    }
    if (type.isEnum()) {
      int at = names().indexOf(text.toUpperCase(Locale.ROOT));
      if (at < 0) {
        throw new IllegalArgumentException("must be one of " + choices());
      }
      return type.getEnumConstants()[at];
    }
    long value = Sizes.read(text);
    if (type == int.class && value != (int) value) {
      throw new IllegalArgumentException("must be a whole number below 2147483648");
    }
    return type == int.class ? (Object) (int) value : (Object) value;
  }

  private static boolean truth(String text) {
    String word = text.toLowerCase(Locale.ROOT);
    if (List.of("true", "yes", "on", "1").contains(word)) {
      return true;
    }
    if (List.of("false", "no", "off", "0").contains(word)) {
      return false;
    }
    throw new IllegalArgumentException("must be true or false");
  }

  private Object parsed(Method parse, String text) {
    try {
      return parse.invoke(null, text);
    } catch (InvocationTargetException e) {
      String what = isList() ? "must be a list: " : "must be valid: ";
      throw new IllegalArgumentException(what + e.getTargetException().getMessage(), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(parse + " must be public", e);
    }
  }

  /** A value as it is read. */
  String write(Object value) {
    if (value instanceof Duration time) {
      return Times.write(time);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
    return inBytes ? Sizes.write(((Number) value).longValue()) : String.valueOf(value);
  }

  /** What a range is about: the value, or how many there are in a list. */
  Object measure(Object value) {
    return value instanceof List<?> list ? (Object) (long) list.size() : value;
  }

  /** The end of a range. */
  Object readBound(String text) {
    return isList() ? (Object) Sizes.read(text) : readOne(text);
  }

  /** Of two measures. */
  static int compare(Object a, Object b) {
    return a instanceof Duration time
        ? time.compareTo((Duration) b)
        : Long.compare(((Number) a).longValue(), ((Number) b).longValue());
  }
}
