package dev.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.reactivestreams.Subscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.test.StepVerifier;
import reactor.util.context.Context;

@Timeout(120)
class LeakExtensionSignalsTest {
  private static volatile CountDownLatch stop = new CountDownLatch(0);

  @BeforeEach
  void letThreadsRun() {
    stop = new CountDownLatch(1);
  }

  @AfterEach
  void stopThreads() {
    stop.countDown();
  }

  @Test
  void failsTheTestThatDropsAnError() {
    EngineExecutionResults results = Engine.run(DroppingError.class);

    assertThat(Engine.failure(results.allEvents()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("DroppingError.drops left 1 thing behind")
        .hasMessageContaining("Reactor dropped an error: java.io.IOException: late")
        .satisfies(
            error -> assertThat(error.getSuppressed()[0]).hasCauseInstanceOf(IOException.class));
    results.testEvents().assertStatistics(stats -> stats.failed(1).succeeded(1));
  }

  @ExtendWith(LeakExtension.class)
  @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
  static class DroppingError {
    @Test
    @Order(1)
    void drops() {
      Flux.<Object>from(DroppingError::failTwice).map(x -> x).subscribe(x -> {}, error -> {});
    }

    private static void failTwice(Subscriber<?> subscriber) {
      subscriber.onSubscribe(Operators.emptySubscription());
      subscriber.onError(new IOException("first"));
      subscriber.onError(new IOException("late"));
    }

    @Test
    @Order(2)
    void dropsNothing() {}
  }

  @Test
  void failsTheTestThatDropsAValueWithoutShowingIt() {
    assertThat(Engine.failure(Engine.run(DroppingValue.class).testEvents()))
        .hasMessageContaining("Reactor dropped a value: java.lang.Throwable: value of type")
        .hasMessageContaining("java.lang.String")
        .hasMessageNotContaining("secret");
  }

  @ExtendWith(LeakExtension.class)
  static class DroppingValue {
    @Test
    void drops() {
      Operators.onNextDropped("secret", Context.empty());
    }
  }

  @Test
  void toleratesWhatTheRulesAllow() {
    Engine.run(Tolerant.class)
        .testEvents()
        .assertStatistics(stats -> stats.succeeded(2).failed(1))
        .failed()
        .assertThatEvents()
        .allMatch(event -> event.getTestDescriptor().getDisplayName().startsWith("other"));
  }

  @ExtendWith(LeakExtension.class)
  @LeakRules(allowDroppedErrors = IOException.class)
  static class Tolerant {
    @Test
    void allowedByClass() {
      drop(new IllegalStateException(new IOException()));
    }

    @Test
    @LeakRules(allowDroppedErrors = IllegalArgumentException.class, allowDroppedValues = true)
    void allowedByMethod() {
      drop(new IllegalArgumentException());
      Operators.onNextDropped("value", Context.empty());
    }

    @Test
    void otherErrorFails() {
      drop(new IllegalArgumentException());
    }
  }

  private static void drop(Throwable error) {
    Operators.onErrorDropped(error, Context.empty());
  }

  @Test
  void watchesOnAfterTestThatResetsTheHooks() {
    EngineExecutionResults results = Engine.run(Resetting.class);

    results.testEvents().assertStatistics(stats -> stats.succeeded(1).failed(1));
    assertThat(Engine.failure(results.testEvents())).hasMessageContaining("Resetting.drops left 1");
  }

  @ExtendWith(LeakExtension.class)
  @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
  static class Resetting {
    @Test
    @Order(1)
    void resets() {
      StepVerifier.create(Mono.just(1))
          .expectNext(1)
          .expectComplete()
          .verifyThenAssertThat(Duration.ofSeconds(5))
          .hasNotDroppedErrors();
    }

    @Test
    @Order(2)
    void drops() {
      drop(new IOException("late"));
    }
  }

  @Test
  void failsClassThatLeavesWatchedThread() {
    assertThat(Engine.failure(Engine.run(LeavingThread.class).containerEvents()))
        .hasMessageContaining("still running: thread watched-1")
        .hasMessageNotContaining("unwatched-1");
  }

  @ExtendWith(LeakExtension.class)
  @LeakRules(threads = "watched-", graceMillis = 50)
  static class LeavingThread {
    @Test
    void starts() {
      startThread("watched-1");
      startThread("unwatched-1");
    }
  }

  @Test
  void takesThreadNamesFromConfigurationToo() {
    Map<String, String> parameters = Map.of(LeakExtension.THREADS_PARAMETER, "other-, unw");

    assertThat(
            Engine.failure(Engine.run(parameters, LeavingThread.class).containerEvents())
                .getSuppressed())
        .hasSize(2);
  }

  private static void startThread(String name) {
    Thread thread = new Thread(LeakExtensionSignalsTest::waitForStop, name);
    thread.setDaemon(true);
    thread.start();
  }

  private static void waitForStop() {
    try {
      stop.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
