package dev.parley.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * A JUnit extension that fails tests which leave something behind.
 *
 * <ul>
 *   <li>After a class, every resource that Netty tracks (a {@code ByteBuf} above all) and that was
 *       allocated while the class ran, by whichever thread, must be released. The report shows
 *       where each was allocated and during which test. It neither waits for garbage collection nor
 *       samples, so all leaks are found, in code of libraries on event loops too.
 *   <li>After a class, no thread may be left whose name begins with one of the given prefixes.
 *   <li>After each test, Reactor must not have dropped an error or a value.
 * </ul>
 *
 * <h2>Registering</h2>
 *
 * <p>For a whole suite, the jar registers the extension by {@link java.util.ServiceLoader}; JUnit
 * looks there if {@code src/test/resources/junit-platform.properties} says
 *
 * <pre>
 * junit.jupiter.extensions.autodetection.enabled=true
 * parley.leaks.threads=parley-
 * </pre>
 *
 * <p>and {@code -Dio.netty.leakDetection.level=paranoid} makes reports also show the last accesses
 * to a leaked buffer. For single classes there is {@code @ExtendWith(LeakExtension.class)}; but
 * Netty chooses its leak detector when its buffers are first used in a JVM, so if another class did
 * that before, the annotated class fails and says so. {@link LeakRules} adjusts the checks.
 *
 * <h2>Limits</h2>
 *
 * <p>Netty does not track unpooled heap buffers, nor buffers that wrap arrays. Resources allocated
 * in a static initializer count as constants. Nested and parallel classes are checked together,
 * when the last of them has ended. Dropped signals are attributed to the test that runs at the
 * time; a test that resets only Reactor's hook for dropped errors blinds the check until the next
 * reset of the one for values.
 *
 * <p>The extension replaces Netty's {@code ResourceLeakDetectorFactory} and adds to Reactor's
 * {@code Hooks}, for the life of the JVM.
 */
public final class LeakExtension
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

  /**
   * The configuration parameter that lists, separated by commas, beginnings of thread names to
   * watch in every class; see {@link LeakRules#threads()}.
   */
  public static final String THREADS_PARAMETER = "parley.leaks.threads";

  /**
   * The configuration parameter that lists, separated by commas, places whose resources live on
   * purpose: beginnings of {@code package.Class.method}. A resource with such a frame on the stack
   * of its allocation never counts as leaked.
   */
  public static final String IGNORED_PARAMETER = "parley.leaks.ignored";

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(LeakExtension.class);

  /** An extension ready to be registered; its instances share all state. */
  public LeakExtension() {}

  /**
   * Starts to watch.
   *
   * @throws IllegalStateException if Netty's buffers were in use before the extension was
   */
  @Override
  public void beforeAll(ExtensionContext context) {
    LeakSession session = session(context);
    session.enter();
    session.activity(name(context));
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    session(context).activity(name(context));
  }

  /**
   * Checks for dropped signals.
   *
   * @throws AssertionError if there are any
   */
  @Override
  public void afterEach(ExtensionContext context) {
    session(context).checkDrops(name(context), rules(context));
  }

  /**
   * Checks for dropped signals, open resources and running threads.
   *
   * @throws AssertionError if there are any
   */
  @Override
  public void afterAll(ExtensionContext context) {
    session(context).exit(name(context), rules(context));
  }

  private static LeakSession session(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(LeakSession.class, key -> new LeakSession(), LeakSession.class);
  }

  private static String name(ExtensionContext context) {
    String type = context.getRequiredTestClass().getSimpleName();
    return context.getTestMethod().map(method -> type + "." + method.getName()).orElse(type);
  }

  private static LeakSession.Rules rules(ExtensionContext context) {
    LeakRules rules = nearest(context);
    return new LeakSession.Rules(
        Stream.concat(Arrays.stream(rules.threads()), listed(context, THREADS_PARAMETER)).toList(),
        listed(context, IGNORED_PARAMETER).toList(),
        List.of(rules.allowDroppedErrors()),
        rules.allowDroppedValues(),
        rules.graceMillis());
  }

  private static LeakRules nearest(ExtensionContext context) {
    Optional<ExtensionContext> current = Optional.of(context);
    while (current.isPresent()) {
      Optional<LeakRules> found =
          AnnotationSupport.findAnnotation(current.get().getElement(), LeakRules.class);
      if (found.isPresent()) {
        return found.get();
      }
      current = current.get().getParent();
    }
    return Defaults.RULES;
  }

  private static Stream<String> listed(ExtensionContext context, String parameter) {
    return context.getConfigurationParameter(parameter).stream()
        .flatMap(text -> Arrays.stream(text.split(",")))
        .map(String::strip)
        .filter(entry -> !entry.isEmpty());
  }

  /** Bears the annotation's defaults. */
  @LeakRules
  private static final class Defaults {
    static final LeakRules RULES = Defaults.class.getAnnotation(LeakRules.class);
  }
}
