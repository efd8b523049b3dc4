package dev.parley.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The watch of one engine run. What is open when no class runs any more has leaked; checking only
 * then keeps nested and parallel classes from accusing each other.
 */
final class LeakSession {
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final int SHOWN = 10;

  private final ResourceLedger ledger = ResourceLedger.installed();
  private final DroppedSignals drops = DroppedSignals.INSTANCE;

  private int running; // guarded by this
  private Set<Thread> threadsBefore = Set.of(); // guarded by this
  private volatile long ledgerMark;
  private volatile long dropMark;

  /** The {@link LeakRules} in force, with what configuration parameters add. */
  record Rules(
      List<String> threads,
      List<String> ignored,
      List<Class<? extends Throwable>> allowDroppedErrors,
      boolean allowDroppedValues,
      long graceMillis) {}

  synchronized void enter() {
    drops.watch();
    if (running++ == 0) {
      ledgerMark = ledger.mark();
      dropMark = drops.mark();
      threadsBefore = Thread.getAllStackTraces().keySet();
    }
  }

  void activity(String name) {
    ledger.activity(name);
    drops.watch();
  }

  void checkDrops(String where, Rules rules) {
    report(where, droppedSignals(rules));
  }

  synchronized void exit(String where, Rules rules) {
    List<Throwable> findings = new ArrayList<>(droppedSignals(rules));
    if (--running == 0) {
      long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(rules.graceMillis());
      await(deadline, () -> openResources(rules).isEmpty());
      await(deadline, () -> leftThreads(rules).isEmpty());
      List<ResourceLedger.Entry<?>> leaked = openResources(rules);
      ledger.forget(leaked);
      leaked.forEach(entry -> findings.add(describe(entry)));
      leftThreads(rules).forEach(thread -> findings.add(describe(thread)));
    }
    report(where, findings);
  }

  private List<Throwable> droppedSignals(Rules rules) {
    return drops.takeSince(dropMark).stream()
        .filter(drop -> !drop.isAllowedBy(rules))
        .map(LeakSession::describe)
        .toList();
  }

  private List<ResourceLedger.Entry<?>> openResources(Rules rules) {
    return ledger.openSince(ledgerMark).stream()
        .filter(entry -> rules.ignored().stream().noneMatch(entry::wasAllocatedIn))
        .toList();
  }

  private List<Thread> leftThreads(Rules rules) {
    if (rules.threads().isEmpty()) {
      return List.of();
    }
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.isAlive() && !threadsBefore.contains(thread))
        .filter(thread -> rules.threads().stream().anyMatch(thread.getName()::startsWith))
        .toList();
  }

  private static void await(long deadlineNanos, BooleanSupplier condition) {
    while (!condition.getAsBoolean() && System.nanoTime() - deadlineNanos < 0) {
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private static Throwable describe(DroppedSignals.Drop drop) {
    String kind = drop.isValue() ? "Reactor dropped a value" : "Reactor dropped an error";
    return new Throwable(kind + ": " + drop.signal(), drop.signal());
  }

  private static Throwable describe(ResourceLedger.Entry<?> entry) {
    Throwable leak = new Throwable("not released: " + entry.creation().getMessage());
    leak.setStackTrace(withoutHarness(entry.creation()));
    for (Throwable touch : entry.touches()) {
      touch.setStackTrace(withoutHarness(touch));
      leak.addSuppressed(touch);
    }
    return leak;
  }

  /** The frames between this extension, which recorded them, and JUnit, which ran the test. */
  private static StackTraceElement[] withoutHarness(Throwable recorded) {
    return Arrays.stream(recorded.getStackTrace())
        .dropWhile(frame -> frame.getClassName().startsWith(ResourceLedger.class.getName()))
        .takeWhile(frame -> !frame.getClassName().startsWith("org.junit."))
        .toArray(StackTraceElement[]::new);
  }

  private static Throwable describe(Thread thread) {
    Throwable left = new Throwable("still running: thread " + thread.getName());
    left.setStackTrace(thread.getStackTrace());
    return left;
  }

  private static void report(String where, List<Throwable> findings) {
    if (findings.isEmpty()) {
      return;
    }
    StringBuilder text = new StringBuilder(where).append(" left ").append(findings.size());
    text.append(findings.size() == 1 ? " thing" : " things").append(" behind:");
    findings.stream()
        .limit(SHOWN)
        .forEach(finding -> text.append("\n- ").append(finding.getMessage()));
    if (findings.size() > SHOWN) {
      text.append("\n- and ").append(findings.size() - SHOWN).append(" more");
    }
    AssertionError error = new AssertionError(text.toString());
    findings.stream().limit(SHOWN).forEach(error::addSuppressed);
    throw error;
  }
}
