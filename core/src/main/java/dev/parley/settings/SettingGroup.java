package dev.parley.settings;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

/**
 * The settings of one record, read by reflection from the interface of its builder. Thread-safe.
 *
 * <p>A record and its builder are written like this; {@link #builder()} implements the interface:
 *
 * <pre>{@code
 * public record Pace(Duration pause, int most) {
 *   private static final SettingGroup<Pace, Builder> SETTINGS =
 *       SettingGroup.of("pace", Pace.class, Builder.class);
 *
 *   public Pace {
 *     SETTINGS.check(pause, most);
 *   }
 *
 *   public static Builder builder() {
 *     return SETTINGS.builder();
 *   }
 *
 *   public interface Builder {
 *     @Setting(what = "Time between two", byDefault = "1s", range = "10ms to 1m")
 *     Builder pause(Duration value);
 *
 *     @Setting(what = "How many at a time", byDefault = "4", range = "1 to 32")
 *     Builder most(int value);
 *
 *     Pace build();
 *   }
 * }
 * }</pre>
 *
 * <p>A component may be a record itself, a group; its method takes a {@code Consumer} of the
 * group's builder, which needs no {@code build()}. The outermost record checks itself and its
 * groups, so that one that is made without the builder is checked too. Values are plain fields of
 * the records; nothing is reflective once they are made.
 *
 * @param <R> the record
 * @param <B> its builder
 */
public final class SettingGroup<R extends Record, B> {
  private final String prefix;
  private final Shape shape;
  private final Class<R> record;
  private final Class<B> builder;

  private SettingGroup(String key, Class<R> record, Class<B> builder) {
    this.prefix = key.isEmpty() ? "" : key + ".";
    this.shape = new Shape(record, builder);
    this.record = record;
    this.builder = builder;
  }

  /**
   * The settings of a record.
   *
   * @param key what all their keys begin with; may be empty
   * @throws IllegalStateException if a component has no method with a {@link
   *     dev.parley.spi.Setting}, or the other way round
   */
  public static <R extends Record, B> SettingGroup<R, B> of(
      String key, Class<R> record, Class<B> builder) {
    return new SettingGroup<>(key, record, builder);
  }

  /** A builder that starts from the defaults. Not thread-safe. */
  public B builder() {
    return builder.cast(Draft.ofDefaults(prefix, shape).builder());
  }

  /** A builder that starts from these values. Not thread-safe. */
  public B builder(R values) {
    return builder.cast(Draft.of(prefix, shape, values).builder());
  }

  /** The defaults. */
  public R defaults() {
    return record.cast(Draft.ofDefaults(prefix, shape).build());
  }

  /**
   * Checks the values that a record's constructor was given.
   *
   * @param values in the order of the record
   * @throws IllegalArgumentException naming every setting that is out of its range, with the value
   *     and the range
   */
  public void check(Object... values) {
    refuse(problems(values));
  }

  /** What {@link #check} would tell; for a record that has rules of its own besides. */
  public List<String> problems(Object... values) {
    List<String> problems = new ArrayList<>();
    Draft.ofValues(prefix, shape, values).problems(problems);
    return problems;
  }

  /**
   * Fails if there is anything to tell.
   *
   * @throws IllegalArgumentException with all of it
   */
  public static void refuse(List<String> problems) {
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  /**
   * All settings of what a builder makes, in the order of the records.
   *
   * @param builder one that a group made
   */
  public static List<Declaration> declarations(Object builder) {
    return draft(builder).declarations().toList();
  }

  /**
   * Sets a value that is written as in a configuration file. Ranges are checked when the record is
   * made.
   *
   * @param builder one that a group made
   * @param key the whole key
   * @return whether the builder has a setting of this key
   * @throws IllegalArgumentException naming the key, if the text is no value of its type
   */
  public static boolean set(Object builder, String key, String text) {
    return draft(builder).read(key, text);
  }

  private static Draft draft(Object builder) {
    return (Draft) Proxy.getInvocationHandler(builder);
  }
}
