package dev.parley.node;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.opentest4j.TestAbortedException;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.SkipException;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for publishers: its TCK, which is made for TestNG, under JUnit. */
public final class PublisherRules<T> extends PublisherVerification<T> {
  private static final int SIGNAL_MILLIS = 30_000;
  private static final int NO_SIGNAL_MILLIS = 30;
  private static final int POLL_MILLIS = 5;

  private final long max;
  private final LongFunction<Publisher<T>> publisher;

  private PublisherRules(long max, LongFunction<Publisher<T>> publisher) {
    super(new TestEnvironment(SIGNAL_MILLIS, NO_SIGNAL_MILLIS, POLL_MILLIS), 1_000);
    this.max = max;
    this.publisher = publisher;
  }

  /**
   * A test for each rule.
   *
   * @param max how many items it can emit
   * @param publisher makes one that emits as many items and completes
   */
  static <T> Stream<DynamicNode> of(long max, LongFunction<Publisher<T>> publisher) {
    return Arrays.stream(PublisherVerification.class.getMethods())
        .filter(rule -> rule.isAnnotationPresent(Test.class))
        .filter(rule -> !rule.getName().startsWith("untested_"))
        .sorted(Comparator.comparing(Method::getName))
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule.getName(), () -> check(new PublisherRules<>(max, publisher), rule)));
  }

  private static void check(PublisherRules<?> rules, Method rule) throws Throwable {
    rules.setUp();
    try {
      rule.invoke(rules);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof SkipException skipped) {
        throw new TestAbortedException(skipped.getMessage());
      }
      throw e.getCause();
    }
  }

  @Override
  public Publisher<T> createPublisher(long elements) {
    return publisher.apply(elements);
  }

  /** Ours fail when something is asked of them, and not before. */
  @Override
  public Publisher<T> createFailedPublisher() {
    return null;
  }

  @Override
  public long maxElementsFromPublisher() {
    return max;
  }
}
