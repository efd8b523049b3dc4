package dev.parley.node.chaos;

import dev.parley.PeerAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Agents that call each other at a fixed rate, whatever becomes of the calls, while their paths
 * fail and their processes come and go.
 */
final class ChaosRun implements AutoCloseable {
  private static final int AGENTS = 4;
  private static final int CALLS_AT_ONCE = 4_000;
  private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int MAX_LATE = 10_000;
  private static final int WEATHER_MILLIS = 150;
  private static final int RESTART_MILLIS = 700;

  private final int calls;
  private final int rate;
  private final SplittableRandom random;
  private final ChaosLedger ledger;
  private final Hiccups hiccups = new Hiccups();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(r -> new Thread(r, "chaos-calls"));
  private final ScheduledExecutorService storms =
      Executors.newSingleThreadScheduledExecutor(r -> new Thread(r, "chaos-storms"));
  private final List<ChaosAgent> agents = new ArrayList<>();
  private final Map<ChaosWeather, LongAdder> weather = new ConcurrentHashMap<>();
  private final AtomicInteger restarts = new AtomicInteger();
  private final Queue<Late> late = new ArrayBlockingQueue<>(MAX_LATE);
  private int excused;
  private final AtomicLong begun = new AtomicLong();
  private final CountDownLatch allBegun = new CountDownLatch(1);

  /**
   * @param rate calls a second
   */
  ChaosRun(int calls, int rate, long seed) {
    this.calls = calls;
    this.rate = rate;
    this.random = new SplittableRandom(seed);
    this.ledger = new ChaosLedger(calls);
    for (int i = 0; i < AGENTS; i++) {
      agents.add(new ChaosAgent(ledger, random.nextLong()));
    }
    List<PeerAddress> all = agents.stream().map(ChaosAgent::address).toList();
    agents.forEach(agent -> agent.meet(all));
  }

  ChaosLedger ledger() {
    return ledger;
  }

  ScheduledExecutorService timer() {
    return timer;
  }

  List<ChaosAgent> agents() {
    return agents;
  }

  /** A call has ended by itself, and should have by {@code deadlineNanos}. */
  void ended(int call, long deadlineNanos) {
    long now = System.nanoTime();
    if (now - deadlineNanos > LATE_NANOS && !late.offer(new Late(call, deadlineNanos, now))) {
      ledger.fault("more calls were late than can be kept");
    }
  }

  /** A call that ended more than 100 ms behind its deadline. */
  private record Late(int call, long deadlineNanos, long endNanos) {
    long millis() {
      return TimeUnit.NANOSECONDS.toMillis(endNanos - deadlineNanos);
    }
  }

  /** Judges the late calls, when the machine's own troubles are known. */
  void judge() {
    for (Late end : late) {
      if (hiccups.any(end.deadlineNanos, end.endNanos)) {
        excused++;
      } else {
        ledger.fault("call " + end.call + " ended " + end.millis() + " ms late");
      }
    }
  }

  /** Runs all calls; true when all of them have begun within the limit. */
  boolean run(Duration limit) throws InterruptedException {
    long start = System.nanoTime();
    SplittableRandom own = random.split();
    ScheduledFuture<?> calling =
        timer.scheduleAtFixedRate(() -> begin(start, own), 0, 1, TimeUnit.MILLISECONDS);
    SplittableRandom sky = random.split();
    ScheduledFuture<?> blowing =
        storms.scheduleWithFixedDelay(
            () -> blow(sky), WEATHER_MILLIS, WEATHER_MILLIS, TimeUnit.MILLISECONDS);
    SplittableRandom fate = random.split();
    ScheduledFuture<?> restarting =
        storms.scheduleWithFixedDelay(
            () -> restart(fate), RESTART_MILLIS, RESTART_MILLIS, TimeUnit.MILLISECONDS);
    boolean whole = allBegun.await(limit.toSeconds(), TimeUnit.SECONDS);
    calling.cancel(false);
    blowing.cancel(false);
    restarting.cancel(false);
    storms.submit(() -> agents.forEach(agent -> agent.path().heal()));
    return whole;
  }

  private void begin(long start, SplittableRandom own) {
    try {
      long due = Math.min(calls, (System.nanoTime() - start) * rate / TimeUnit.SECONDS.toNanos(1));
      while (begun.get() < due && ledger.open() < CALLS_AT_ONCE) {
        int from = own.nextInt(AGENTS);
        int to = (from + 1 + own.nextInt(AGENTS - 1)) % AGENTS;
        new ChaosCall(this, (int) begun.getAndIncrement(), own.split())
            .start(agents.get(from).node(), agents.get(to).address().id());
      }
      if (begun.get() == calls) {
        allBegun.countDown();
      }
    } catch (Throwable t) {
      ledger.fault("a call threw " + t);
    }
  }

  private void blow(SplittableRandom sky) {
    try {
      ChaosAgent agent = agents.get(sky.nextInt(AGENTS));
      if (sky.nextInt(3) == 0) {
        agent.path().heal();
        return;
      }
      ChaosWeather next = ChaosWeather.any(sky);
      weather.computeIfAbsent(next, w -> new LongAdder()).increment();
      next.strike(agent.path());
    } catch (Throwable t) {
      ledger.fault("the weather threw " + t);
    }
  }

  private void restart(SplittableRandom fate) {
    try {
      agents.get(fate.nextInt(AGENTS)).restart(fate.nextBoolean());
      restarts.incrementAndGet();
    } catch (Throwable t) {
      ledger.fault("a restart failed with " + t);
    }
  }

  /** What went on, for whoever reads the log. */
  @Override
  public String toString() {
    return begun.get()
        + " calls, "
        + restarts
        + " restarts, weather "
        + new TreeMap<>(weather)
        + "; ended late by over 100 ms: "
        + late.size()
        + ", excused: "
        + excused
        + ", since the machine could not do better, as for "
        + hiccups.totalMillis()
        + " ms in all"
        + ledger;
  }

  @Override
  public void close() throws InterruptedException {
    timer.shutdownNow();
    storms.shutdown();
    storms.awaitTermination(30, TimeUnit.SECONDS);
    agents.forEach(ChaosAgent::close);
    hiccups.close();
  }
}
