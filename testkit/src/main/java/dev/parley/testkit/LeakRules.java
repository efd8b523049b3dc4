package dev.parley.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What {@link LeakExtension} tolerates, and looks for besides, in a test class or method.
 *
 * <p>The annotation nearest to a test applies as a whole: on its method, else its class, else an
 * enclosing class. What is checked after a class follows the class's own annotation.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface LeakRules {

  /**
   * Beginnings of thread names. A thread so named that was started during the class and outlives it
   * fails the class. Adds to the configuration parameter {@value LeakExtension#THREADS_PARAMETER}.
   * Default none.
   */
  String[] threads() default {};

  /**
   * Errors that may be dropped: a dropped error that is, or is caused by, an instance of one of
   * these does not fail the test. Default none.
   */
  Class<? extends Throwable>[] allowDroppedErrors() default {};

  /** Whether values may be dropped. Default {@code false}. */
  boolean allowDroppedValues() default false;

  /**
   * How long, in milliseconds, resources and threads may take to go away after the class before
   * they count as leaked; nothing is waited for when there are none. 0 or more. Default 2000.
   */
  long graceMillis() default 2000;
}
