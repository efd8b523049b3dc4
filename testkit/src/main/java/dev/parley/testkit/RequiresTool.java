package dev.parley.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs the test class or method only where the named programs are installed.
 *
 * <p>A program is installed if a directory of the {@code PATH} environment variable has an
 * executable file of that name (or that name with {@code .exe}, or {@code .cmd}, on Windows). Where
 * one is missing the test is skipped, and the reason names it; with the configuration parameter or
 * system property {@code parley.test.strict} set to {@code true} the test fails instead, so that a
 * build meant to run everything cannot skip it unnoticed.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@SuppressWarnings("exports") // JUnit makes it, and nobody names it
@ExtendWith(RequiredTool.class)
public @interface RequiresTool {

  /** The names of the programs, without directory. */
  String[] value();
}
