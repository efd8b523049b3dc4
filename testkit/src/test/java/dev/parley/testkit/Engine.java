package dev.parley.testkit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Map;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/** Runs test classes in a JUnit engine of their own and tells what they failed with. */
final class Engine {
  private Engine() {}

  static EngineExecutionResults run(Class<?>... classes) {
    return run(Map.of(), classes);
  }

  static EngineExecutionResults run(Map<String, String> parameters, Class<?>... classes) {
    EngineTestKit.Builder builder =
        EngineTestKit.engine("junit-jupiter").configurationParameters(parameters);
    for (Class<?> type : classes) {
      builder.selectors(selectClass(type));
    }
    return builder.execute();
  }

  /** The error of the only failed event among {@code events}. */
  static Throwable failure(Events events) {
    Event failed = events.failed().stream().reduce(Engine::ambiguous).orElseThrow();
    return failed.getRequiredPayload(TestExecutionResult.class).getThrowable().orElseThrow();
  }

  private static Event ambiguous(Event one, Event other) {
    throw new AssertionError("more than one failure: " + one + ", " + other);
  }
}
