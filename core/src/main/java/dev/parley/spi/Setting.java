package dev.parley.spi;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares one setting, at the method of a builder that sets it. The value is in the component of
 * the same name of the record that the builder makes. The check of values, the keys of
 * configuration files and the page of all settings are derived from this declaration.
 *
 * <p>Values are written as in a configuration file: {@code 250ms}, {@code 5s}, {@code 10m}, {@code
 * 1d}; {@code 64KiB}, {@code 4MiB}; {@code 1024}; {@code true}; the name of an enum's constant.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Setting {
  /** What the setting is, without a full stop. */
  String what();

  /**
   * The value unless set. It may depend on the machine: {@code processors}, {@code half of the
   * heap} or {@code quarter of the heap}, each with a range behind a comma: {@code processors, 2 to
   * 256}. A group has none.
   */
  String byDefault() default "";

  /**
   * The values that are allowed: {@code 1 to 32}, or {@code 32MiB or more}; of a list, how many.
   */
  String range() default "";

  /**
   * The static method by which a type that is none of those above, such as an address, is read from
   * a text.
   */
  String parse() default "parse";

  /** A setting of the same group than which this one must be greater. */
  String above() default "";

  /** A setting of the same group than which this one must be smaller. */
  String below() default "";

  /** What happens when the limit is reached, without a full stop. */
  String atLimit() default "";
}
