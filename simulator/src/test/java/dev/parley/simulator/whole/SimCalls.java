package dev.parley.simulator.whole;

import dev.parley.Executed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What became of each call, as both of its sides saw it. */
final class SimCalls {
  static final Duration GRACE = Duration.ofMillis(100);

  /** One call. */
  static final class Entry {
    final SimProcess caller;
    final String what;
    final long dueNanos;
    int executions;
    int outcomes;
    String how = "nothing";
    @Nullable Executed told;

    Entry(SimProcess caller, String what, long dueNanos) {
      this.caller = caller;
      this.what = what;
      this.dueNanos = dueNanos;
    }
  }

  private final World world;
  private final List<Entry> entries = new ArrayList<>();
  private final Map<String, Integer> ends = new TreeMap<>();

  SimCalls(World world) {
    this.world = world;
  }

  int next() {
    return entries.size();
  }

  /** A call begins, as {@link #next} said. */
  void begun(SimProcess caller, String what, Duration timeout) {
    int number = entries.size();
    Entry entry = new Entry(caller, what, world.time().getAsLong() + timeout.toNanos());
    entries.add(entry);
    world.tell(caller.toString(), "call " + number + ": " + what);
    world
        .net()
        .in(
            timeout.plus(GRACE).toNanos() + 1,
            () -> {
              if (entry.outcomes == 0 && !caller.isDead()) {
                world.broken("outcome", "call " + number + " (" + what + ") has none in time");
              }
            });
  }

  void executed(int number, String by) {
    Entry entry = entries.get(number);
    entry.executions++;
    world.tell(by, "handles call " + number);
    if (entry.executions > 1) {
      world.broken("once", "call " + number + " (" + entry.what + ") is executed again");
    }
  }

  /**
   * A call ends.
   *
   * @param told what the caller was told of the handler; null where it was not
   */
  void ended(int number, String how, @Nullable Executed told) {
    Entry entry = entries.get(number);
    entry.outcomes++;
    entry.how = how;
    entry.told = told;
    ends.merge(how, 1, Integer::sum);
    world.tell(entry.caller.toString(), "call " + number + " ends: " + how);
    if (entry.caller.isDead()) {
      world.broken("simulator", "a dead process goes on with call " + number);
    }
    if (entry.outcomes > 1) {
      world.broken("outcome", "call " + number + " (" + entry.what + ") ends again: " + how);
    }
    long late = world.time().getAsLong() - entry.dueNanos;
    if (late > GRACE.toNanos()) {
      world.broken(
          "deadline",
          "call " + number + " ends " + TimeUnit.NANOSECONDS.toMillis(late) + " ms late");
    }
  }

  /** Looks whether what callers were told is true, once nothing is under way. */
  void check() {
    for (int number = 0; number < entries.size(); number++) {
      Entry e = entries.get(number);
      String call = "call " + number + " (" + e.what + ", " + e.how + ")";
      if (e.told == Executed.NO && e.executions > 0) {
        world.broken("executed", call + " was executed, and its caller was told NO");
      }
      if (e.told == Executed.YES && e.executions == 0) {
        world.broken("executed", call + " was not executed, and its caller was told YES");
      }
    }
  }

  Map<String, Integer> ends() {
    return ends;
  }
}
