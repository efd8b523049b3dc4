package dev.parley.node.chaos;

import dev.parley.Executed;
import dev.parley.spi.InteractionModel;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;

/** What became of every call, as both of its sides saw it. Thread-safe. */
final class ChaosLedger {
  private static final int MAX_FAULTS = 20;

  private final AtomicIntegerArray executions;
  private final AtomicIntegerArray outcomes;
  private final AtomicReferenceArray<String> failures; // with what it ended
  private final AtomicReferenceArray<Executed> executed; // what the caller was told
  private final AtomicInteger open = new AtomicInteger();
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();
  private final Map<InteractionModel, Map<String, LongAdder>> counts =
      new EnumMap<>(InteractionModel.class);

  ChaosLedger(int calls) {
    executions = new AtomicIntegerArray(calls);
    outcomes = new AtomicIntegerArray(calls);
    failures = new AtomicReferenceArray<>(calls);
    executed = new AtomicReferenceArray<>(calls);
    for (InteractionModel model : InteractionModel.values()) {
      counts.put(model, new ConcurrentHashMap<>());
    }
  }

  /** A handler begins. */
  void executed(int call) {
    executions.incrementAndGet(call);
  }

  void begun() {
    open.incrementAndGet();
  }

  int open() {
    return open.get();
  }

  /**
   * A call has ended.
   *
   * @param told what the caller was told of the handler; null where it was not told
   */
  void ended(int call, InteractionModel model, String how, Executed told) {
    counts.get(model).computeIfAbsent(how, h -> new LongAdder()).increment();
    failures.set(call, how);
    executed.set(call, told);
    if (outcomes.incrementAndGet(call) == 1) {
      open.decrementAndGet();
    } else {
      fault("call " + call + " ended a second time, " + how);
    }
  }

  /** Something that must never be. */
  void fault(String what) {
    if (faults.size() < MAX_FAULTS) {
      faults.add(what);
    }
  }

  /** What is wrong, once nothing is under way any more. */
  List<String> faults() {
    List<String> all = new ArrayList<>(faults);
    for (int call = 0; call < executions.length() && all.size() < MAX_FAULTS; call++) {
      int ran = executions.get(call);
      Executed told = executed.get(call);
      String how = " (" + failures.get(call) + ")";
      if (outcomes.get(call) != 1) {
        all.add("call " + call + " has " + outcomes.get(call) + " outcomes");
      }
      if (ran > 1) {
        all.add("call " + call + " was executed " + ran + " times" + how);
      }
      if (told == Executed.NO && ran > 0) {
        all.add("call " + call + " was executed, and its caller was told it was not" + how);
      }
      if (told == Executed.YES && ran == 0) {
        all.add("call " + call + " was not executed, and its caller was told it was" + how);
      }
    }
    return all;
  }

  /** Calls by model and end. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    counts.forEach(
        (model, ends) -> text.append('\n').append(model).append(' ').append(new TreeMap<>(ends)));
    return text.toString();
  }
}
