package dev.parley.node.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * When this machine could not have done better: a time that is taken then is not judged.
 *
 * <p>That is, when a thread that had nothing to do but wake up was kept from running for 20 ms, by
 * the collector or the hypervisor, or when the processors had less than a tenth of their time left,
 * so that threads waited for each other. Both are looked at every 50 ms, the latter in {@code
 * /proc/stat} where there is one, over the last 200 ms.
 */
public final class Hiccups implements AutoCloseable {
  private static final long STEP = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long STALL = TimeUnit.MILLISECONDS.toNanos(20);
  private static final int STEPS_A_LOOK = 10;
  private static final int LOOKS_BACK = 4;
  private static final double IDLE_ENOUGH = 0.1;
  private static final Path STAT = Path.of("/proc/stat");

  /** Times of System.nanoTime between which it could not. */
  private record Bad(long from, long to) {}

  private record Ticks(long at, long idle, long all) {}

  private final Deque<Bad> bad = new ArrayDeque<>(); // guarded by it
  private final Thread thread = new Thread(this::run, "hiccups");
  private volatile boolean over;
  private long badNanos;

  /** Looks from now on. */
  public Hiccups() {
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    Deque<Ticks> looks = new ArrayDeque<>();
    long before = System.nanoTime();
    for (int step = 0; !over; step++) {
      LockSupport.parkNanos(STEP);
      long now = System.nanoTime();
      if (now - before > STALL + STEP) {
        add(before, now);
      }
      before = now;
      if (step % STEPS_A_LOOK == 0) {
        look(looks, now);
      }
    }
  }

  private void look(Deque<Ticks> looks, long now) {
    Ticks last = ticks(now);
    looks.addLast(last);
    Ticks first = looks.getFirst();
    if (last.all > first.all && last.idle - first.idle < IDLE_ENOUGH * (last.all - first.all)) {
      add(first.at, now);
    }
    if (looks.size() > LOOKS_BACK) {
      looks.removeFirst();
    }
  }

  private static Ticks ticks(long now) {
    if (!Files.isReadable(STAT)) {
      return new Ticks(now, 0, 0);
    }
    try (var lines = Files.lines(STAT)) {
      String[] words = lines.findFirst().orElseThrow().split(" +", -1);
      long[] ticks = Arrays.stream(words).skip(1).limit(8).mapToLong(Long::parseLong).toArray();
      return new Ticks(now, ticks[3] + ticks[4], Arrays.stream(ticks).sum());
    } catch (IOException e) {
      return new Ticks(now, 0, 0);
    }
  }

  private void add(long from, long to) {
    synchronized (bad) {
      Bad last = bad.peekLast();
      boolean joins = last != null && from <= last.to;
      Bad next = joins ? new Bad(Math.min(from, bad.removeLast().from), to) : new Bad(from, to);
      badNanos += next.to - (joins ? last.to : next.from);
      bad.addLast(next);
    }
  }

  /** Whether it could not have done better at some time between two of System.nanoTime. */
  public boolean any(long from, long to) {
    synchronized (bad) {
      return bad.stream().anyMatch(b -> b.from < to && b.to > from);
    }
  }

  /** All of it. */
  public long totalMillis() {
    synchronized (bad) {
      return TimeUnit.NANOSECONDS.toMillis(badNanos);
    }
  }

  @Override
  public void close() throws InterruptedException {
    over = true;
    thread.join();
  }
}
