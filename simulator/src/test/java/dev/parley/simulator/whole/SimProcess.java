package dev.parley.simulator.whole;

import dev.parley.testkit.VirtualTime;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import reactor.core.scheduler.Scheduler;

/** One process: what it has scheduled ends with it, at once, when it is killed. */
public final class SimProcess {
  private final String name;
  private final VirtualTime time;
  private final SplittableRandom random;
  private final List<Scheduler> schedulers = new ArrayList<>();
  private final Scheduler shared;
  private final SimLoop loop;
  private final UnpooledByteBufAllocator buffers = new UnpooledByteBufAllocator(false, true);
  private boolean dead;
  private long wallOffsetMillis;

  SimProcess(String name, VirtualTime time, SplittableRandom random) {
    this.name = name;
    this.time = time;
    this.random = random;
    this.shared = newScheduler();
    this.loop = new SimLoop(this);
  }

  /** A scheduler that some part of the process may dispose of. */
  public Scheduler newScheduler() {
    Scheduler created = time.scheduler();
    schedulers.add(created);
    return created;
  }

  /** A scheduler that all parts share. */
  public Scheduler shared() {
    return shared;
  }

  /** Its one event loop. */
  public SimLoop loop() {
    return loop;
  }

  /** Where its buffers come from, which counts what is not released. */
  UnpooledByteBufAllocator allocator() {
    return buffers;
  }

  long bufferBytes() {
    return buffers.metric().usedHeapMemory() + buffers.metric().usedDirectMemory();
  }

  public VirtualTime time() {
    return time;
  }

  /** A stream of random numbers of its own. */
  public SplittableRandom newRandom() {
    return random.split();
  }

  /** What its wall clock shows. */
  public long wallMillis() {
    return time.instant().toEpochMilli() + wallOffsetMillis;
  }

  void stepClock(long millis) {
    wallOffsetMillis += millis;
  }

  boolean isDead() {
    return dead;
  }

  /** Nothing of it runs any more. */
  void kill() {
    dead = true;
    schedulers.forEach(Scheduler::dispose);
  }

  @Override
  public String toString() {
    return name;
  }
}
