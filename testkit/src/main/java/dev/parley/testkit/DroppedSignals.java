package dev.parley.testkit;

import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * The errors and values for which Reactor found no subscriber, as its global hooks tell.
 *
 * <p>Hooks are added to those that are set, and added again when a probe shows that they are gone:
 * {@code StepVerifier.verifyThenAssertThat} and others reset them.
 */
final class DroppedSignals {
  static final DroppedSignals INSTANCE = new DroppedSignals();

  private static final int KEPT = 100;
  private static final int MAX_CAUSES = 16;
  private static final Object PROBE =
      new Object() {
        @Override
        public String toString() {
          return "probe of LeakExtension, to be ignored";
        }
      };

  private final Queue<Drop> drops = new ConcurrentLinkedQueue<>();
  private final AtomicLong count = new AtomicLong();
  private boolean probed; // guarded by this

  /** A dropped error, or a stand-in that names the type of a dropped value. */
  record Drop(long number, boolean isValue, Throwable signal) {
    boolean isAllowedBy(LeakSession.Rules rules) {
      return isValue ? rules.allowDroppedValues() : isCausedByOne(rules.allowDroppedErrors());
    }

    private boolean isCausedByOne(List<Class<? extends Throwable>> allowed) {
      return Stream.iterate(signal, Objects::nonNull, Throwable::getCause)
          .limit(MAX_CAUSES)
          .anyMatch(cause -> allowed.stream().anyMatch(type -> type.isInstance(cause)));
    }
  }

  private DroppedSignals() {}

  /** Sets the hooks unless they are set. */
  synchronized void watch() {
    probed = false;
    Operators.onNextDropped(PROBE, Context.empty());
    if (!probed) {
      Hooks.onNextDropped(this::value);
      Hooks.onErrorDropped(this::error);
    }
  }

  /** A point in the order of drops. */
  long mark() {
    return count.get();
  }

  /** Takes what was dropped after {@code mark}. */
  List<Drop> takeSince(long mark) {
    List<Drop> taken = drops.stream().filter(drop -> drop.number > mark).toList();
    drops.removeAll(taken);
    return taken;
  }

  private void value(Object value) {
    if (value == PROBE) {
      probed = true;
    } else {
      keep(true, new Throwable("value of type " + value.getClass().getName()));
    }
  }

  private void error(Throwable error) {
    if (drops.stream().noneMatch(drop -> drop.signal == error)) {
      keep(false, error);
    }
  }

  private void keep(boolean isValue, Throwable signal) {
    if (drops.size() < KEPT) {
      drops.add(new Drop(count.incrementAndGet(), isValue, signal));
    }
  }
}
