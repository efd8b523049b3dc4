package dev.parley.settings;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How the values of one setting are read, written and compared. */
final class ValueType {
  private final Class<?> type;
  private final Class<?> element; // of a list; else the type itself
  private final boolean inBytes;

  private ValueType(Class<?> type, Class<?> element, boolean inBytes) {
    this.type = type;
    this.element = element;
    this.inBytes = inBytes;
  }

  /**
   * The type of a record's component.
   *
   * @throws IllegalStateException if there are no settings of this type
   */
  static ValueType of(String name, Type declared) {
    if (declared instanceof ParameterizedType list
        && list.getRawType() == List.class
        && list.getActualTypeArguments()[0] instanceof Class<?> element) {
      return new ValueType(List.class, element, false);
    }
    if (declared instanceof Class<?> type
        && (type.isEnum()
            || List.of(int.class, long.class, boolean.class, Duration.class).contains(type))) {
      return new ValueType(type, type, name.endsWith("Bytes"));
    }
    throw new IllegalStateException("setting " + name + " is a " + declared.getTypeName());
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

  /** The values that there are at all: all names of an enum. */
  String choices() {
    if (type == boolean.class) {
      return "true or false";
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
        values.add(parsed(one.strip()));
      }
      return List.copyOf(values);
    }
    return readOne(text.strip());
  }

  private Object readOne(String text) {
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

  private Object parsed(String text) {
    if (element == String.class) {
      return text;
    }
    try {
      return element.getMethod("parse", String.class).invoke(null, text);
    } catch (InvocationTargetException e) {
      String why = String.valueOf(e.getTargetException().getMessage());
      throw new IllegalArgumentException("must be a list: " + why, e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(element + " cannot be read from text", e);
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
