package dev.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.testkit.engine.EngineExecutionResults;

@Timeout(120)
class LeakExtensionTest {
  private static final PooledByteBufAllocator POOL = PooledByteBufAllocator.DEFAULT;
  private static final Queue<ByteBuf> FORGOTTEN = new ConcurrentLinkedQueue<>();

  /** What a case leaves behind on purpose, this class, which is watched as well, must not. */
  @AfterEach
  void releaseForgotten() {
    for (ByteBuf buffer = FORGOTTEN.poll(); buffer != null; buffer = FORGOTTEN.poll()) {
      assertThat(buffer.release()).isTrue();
    }
  }

  @Test
  void passesClassThatReleasesEverything() {
    Engine.run(Clean.class).allEvents().assertStatistics(stats -> stats.failed(0).succeeded(3));
  }

  @ExtendWith(LeakExtension.class)
  static class Clean {
    @Test
    void releases() {
      ByteBuf buffer = POOL.directBuffer(16).writeByte(1);
      ByteBuf slice = buffer.retainedSlice();
      slice.release();
      buffer.release();
      POOL.compositeBuffer().addComponent(POOL.heapBuffer(8)).release();
    }
  }

  @Test
  void failsClassThatLeaksAndSaysWhere() {
    EngineExecutionResults results = Engine.run(Leaking.class);

    results.testEvents().assertStatistics(stats -> stats.succeeded(1).failed(0));
    assertThat(Engine.failure(results.containerEvents()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("Leaking left 1 thing behind")
        .hasMessageContaining("not released: ByteBuf allocated by thread")
        .hasMessageContaining("during Leaking.forgets")
        .satisfies(
            error ->
                assertThat(error.getSuppressed()[0].getStackTrace())
                    .anyMatch(frame -> frame.getMethodName().equals("forgets"))
                    .noneMatch(frame -> frame.getClassName().startsWith("org.junit.")));
  }

  @ExtendWith(LeakExtension.class)
  @LeakRules(graceMillis = 50)
  static class Leaking {
    @Test
    void forgets() {
      FORGOTTEN.add(POOL.directBuffer(16).writeByte(1));
    }
  }

  @Test
  void leakIsReportedOnceAndNotByTheNextRun() {
    assertThat(Engine.run(Leaking.class).containerEvents().failed().count()).isEqualTo(1);
    assertThat(Engine.run(Clean.class).allEvents().failed().count()).isZero();
  }

  @Test
  void findsEveryKindOfTrackedBuffer() {
    assertThat(Engine.failure(Engine.run(LeakingKinds.class).containerEvents()))
        .hasMessageContaining("left 5 things behind");
  }

  @ExtendWith(LeakExtension.class)
  @LeakRules(graceMillis = 50)
  static class LeakingKinds {
    @Test
    void forgets() {
      POOL.directBuffer(16);
      POOL.heapBuffer(16);
      POOL.compositeBuffer();
      Unpooled.directBuffer(16);
      ByteBuf parent = POOL.directBuffer(16);
      parent.retain();
      parent.release();
    }
  }

  @Test
  void findsLeakOnOtherThreadThatEndedAndWasCollected() {
    assertThat(Engine.failure(Engine.run(LeakingElsewhere.class).containerEvents()))
        .hasMessageContaining("allocated by thread some-event-loop during LeakingElsewhere.starts");
  }

  @ExtendWith(LeakExtension.class)
  @LeakRules(graceMillis = 50)
  static class LeakingElsewhere {
    @Test
    void starts() throws InterruptedException {
      Thread thread = new Thread(() -> POOL.directBuffer(16), "some-event-loop");
      thread.start();
      thread.join();
      System.gc();
    }
  }

  @Test
  void showsLastTouches() {
    Throwable leak =
        Engine.failure(Engine.run(LeakingTouched.class).containerEvents()).getSuppressed()[0];

    assertThat(List.of(leak.getSuppressed()))
        .hasSizeLessThanOrEqualTo(4)
        .last()
        .asInstanceOf(InstanceOfAssertFactories.THROWABLE)
        .hasMessageContaining("touched: decoder by thread");
  }

  @ExtendWith(LeakExtension.class)
  @LeakRules(graceMillis = 50)
  static class LeakingTouched {
    @Test
    void forgets() {
      ByteBuf buffer = POOL.directBuffer(16);
      for (int i = 0; i < 10; i++) {
        buffer.writeByte(i);
      }
      buffer.touch("decoder");
    }
  }

  @Test
  void waitsForLateRelease() {
    Engine.run(ReleasingLate.class).allEvents().assertStatistics(stats -> stats.failed(0));
  }

  @ExtendWith(LeakExtension.class)
  @LeakRules(graceMillis = 20_000)
  static class ReleasingLate {
    @Test
    void releasesSoon() {
      ByteBuf buffer = POOL.directBuffer(16);
      CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS).execute(buffer::release);
    }
  }

  @Test
  void ignoresConstantsAndWhatWasOpenBefore() {
    ByteBuf before = POOL.directBuffer(16);
    try {
      Engine.run(UsingConstant.class).allEvents().assertStatistics(stats -> stats.failed(0));
    } finally {
      before.release();
    }
  }

  @ExtendWith(LeakExtension.class)
  @LeakRules(graceMillis = 50)
  static class UsingConstant {
    @Test
    void uses() {
      assertThat(Constant.CRLF.isReadable()).isTrue();
    }
  }

  private static final class Constant {
    static final ByteBuf CRLF = Unpooled.unreleasableBuffer(Unpooled.directBuffer(2).writeZero(2));
  }

  @Test
  void ignoresPlacesNamedByConfiguration() {
    String place = Leaking.class.getName() + ".forgets";

    assertThat(
            Engine.run(Map.of(LeakExtension.IGNORED_PARAMETER, "other, " + place), Leaking.class)
                .allEvents()
                .failed()
                .count())
        .isZero();
  }

  @Test
  void checksNestedClassesWithTheirOutermost() {
    Engine.run(Outer.class).allEvents().assertStatistics(stats -> stats.failed(0));
  }

  @ExtendWith(LeakExtension.class)
  @LeakRules(graceMillis = 50)
  static class Outer {
    private static ByteBuf shared = Unpooled.EMPTY_BUFFER;

    @BeforeAll
    static void open() {
      shared = POOL.directBuffer(16);
    }

    @AfterAll
    static void close() {
      shared.release();
    }

    @Nested
    class Inner {
      @Test
      void uses() {
        assertThat(shared.refCnt()).isEqualTo(1);
      }
    }
  }

  @Test
  void checksParallelClassesWhenTheLastHasEnded() {
    Map<String, String> parallel =
        Map.of(
            "junit.jupiter.execution.parallel.enabled", "true",
            "junit.jupiter.execution.parallel.mode.default", "concurrent",
            "junit.jupiter.execution.parallel.config.strategy", "fixed",
            "junit.jupiter.execution.parallel.config.fixed.parallelism", "2");

    Engine.run(parallel, Quick.class, Slow.class)
        .allEvents()
        .assertStatistics(stats -> stats.failed(0));
  }

  private static final CountDownLatch SLOW_HOLDS = new CountDownLatch(1);
  private static final CountDownLatch QUICK_ENDED = new CountDownLatch(1);

  /** Ends while {@link Slow} holds a buffer. */
  @LeakRules(graceMillis = 50)
  @ExtendWith({QuickEnd.class, LeakExtension.class})
  static class Quick {
    @Test
    void waitsForOther() throws InterruptedException {
      assertThat(SLOW_HOLDS.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  static final class QuickEnd implements AfterAllCallback {
    @Override
    public void afterAll(ExtensionContext context) {
      QUICK_ENDED.countDown();
    }
  }

  @LeakRules(graceMillis = 50)
  @ExtendWith(LeakExtension.class)
  static class Slow {
    @Test
    void holdsUntilOtherEnded() throws InterruptedException {
      ByteBuf buffer = POOL.directBuffer(16);
      SLOW_HOLDS.countDown();
      assertThat(QUICK_ENDED.await(10, TimeUnit.SECONDS)).isTrue();
      buffer.release();
    }
  }

  @Test
  void watchesEveryClassWhenDetectedAutomatically() {
    Map<String, String> detection =
        Map.of("junit.jupiter.extensions.autodetection.enabled", "true");

    assertThat(Engine.failure(Engine.run(detection, Unannotated.class).containerEvents()))
        .hasMessageContaining("Unannotated left 1 thing behind");
    assertThat(Engine.run(Unannotated.class).allEvents().failed().count()).isZero();
  }

  @LeakRules(graceMillis = 50)
  static class Unannotated {
    @Test
    void forgets() {
      FORGOTTEN.add(POOL.directBuffer(16));
    }
  }
}
