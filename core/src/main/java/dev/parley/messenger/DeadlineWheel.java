package dev.parley.messenger;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;

/**
 * A coarse timer shared by every message under way: arming and cancelling are O(1), so that a
 * deadline costs nothing worth naming on a message that is answered in time.
 *
 * <p>A hashed timing wheel (Varghese and Lauck 1987, scheme 6) of 1,024 slots of 10 ms. An entry
 * expires at most one tick late and never early. What is due is found on the scheduler's thread and
 * ended on those of an executor, since that runs the code of users.
 *
 * <p><em>Lists.</em> Each slot is a doubly linked list through its entries, guarded by the slot.
 * Any thread links and unlinks; the thread that wakes up unlinks what is due under the lock, and
 * ends it without. A deadline beyond one round of the wheel lies in the slot of its tick and is
 * passed over until its round. {@code entry.slot} says where an entry is, null for nowhere: {@link
 * #cancel} reads it without the lock and again under it. An empty slot of an earlier round is
 * replaced by a new one, because a store into an object that has survived a few collections costs a
 * fence, and slots in use are to be young.
 *
 * <p><em>Waking up.</em> The scheduler is asked for the next slot that holds something and for no
 * other. Where messages are answered in time, a wheel wakes up about once in a timeout, so that one
 * process can hold thousands of them. {@code nextWake} is that tick, written under the wheel's lock
 * and read without: an entry that is due later, which is nearly every one, takes no lock but its
 * slot's. One that is due sooner takes the lock and moves the wake-up.
 *
 * <p><em>Races with the hand.</em> The thread that wakes up writes {@code lastTick} before it looks
 * at a slot. {@link #arm} links its entry and reads {@code lastTick} after that: it sees that the
 * hand has passed and links again, or the hand sees the entry. {@code waking} makes a second thread
 * of the scheduler's hand its turn to the first.
 *
 * <p><em>The end.</em> Everything that waits is armed here, so this is also where it is ended when
 * the messenger closes. Each entry expires, is cancelled, or is shut down, also one that is armed
 * while the wheel closes or after: {@code nextWake} is then {@code NEVER}, so that every {@code
 * arm} goes through the lock, where it learns which entries have ended. What was linked without it
 * was linked before {@link #close} looks at the slots. Where the scheduler takes no tasks any more,
 * no deadline would be kept, and all entries are shut down.
 *
 * <p>What pays for it: processor time at 32 B × 256 in docs/performance.md. A wheel that woke up
 * every 10 ms took 18 % of a process with a thousand agents (decision 0016).
 */
final class DeadlineWheel {
  static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final int SLOTS = 1024;
  private static final long NEVER = Long.MAX_VALUE;
  private static final AtomicIntegerFieldUpdater<DeadlineWheel> WAKING =
      AtomicIntegerFieldUpdater.newUpdater(DeadlineWheel.class, "waking");
  private static final AtomicReferenceFieldUpdater<Entry, @Nullable Slot> SLOT =
      AtomicReferenceFieldUpdater.newUpdater(Entry.class, Slot.class, "slot");

  private final LongSupplier nanoClock;
  private final Scheduler scheduler;
  private final Executor endings;
  private final long originNanos;
  private final AtomicReferenceArray<@Nullable Slot> slots = new AtomicReferenceArray<>(SLOTS);
  private volatile long lastTick; // written by the thread that wakes up
  private volatile long nextWake = NEVER; // a tick; written under this
  private @Nullable Wake wake; // guarded by this, like the next
  private @Nullable Predicate<Entry> closedTo;

  @SuppressWarnings("unused") // through WAKING
  private volatile int waking;

  DeadlineWheel(LongSupplier nanoClock, Scheduler scheduler, Executor endings) {
    this.nanoClock = nanoClock;
    this.scheduler = scheduler;
    this.endings = endings;
    this.originNanos = nanoClock.getAsLong();
  }

  /**
   * Arms {@code entry}, which is not armed, to expire at {@code deadlineNanos}; shuts it down at
   * once where the wheel is closed to it, or its scheduler takes no tasks.
   */
  void arm(Entry entry, long deadlineNanos) {
    entry.deadlineNanos = deadlineNanos;
    long due = Math.floorDiv(deadlineNanos - originNanos + TICK_NANOS - 1, TICK_NANOS);
    long tick = Math.max(due, lastTick + 1);
    link(entry, tick);
    while (tick <= lastTick) {
      if (!cancel(entry)) {
        return;
      }
      tick = lastTick + 1;
      link(entry, tick);
    }
    if (tick < nextWake && !keep(entry, tick) && cancel(entry)) {
      shutDown(entry);
    }
  }

  private void link(Entry entry, long tick) {
    int index = indexOf(tick);
    while (true) {
      Slot slot = slots.get(index);
      if (slot == null) {
        slots.compareAndSet(index, null, new Slot(tick));
        continue;
      }
      synchronized (slot) {
        if (slot.replaced) {
          continue;
        }
        if (slot.head != null || slot.tick == tick) {
          slot.link(entry);
          return;
        }
        slot.replaced = true;
        slots.set(index, new Slot(tick));
      }
    }
  }

  private static int indexOf(long tick) {
    return (int) (tick & (SLOTS - 1));
  }

  /** Disarms {@code entry}; true when it had not expired and will not. */
  boolean cancel(Entry entry) {
    Slot slot;
    while ((slot = entry.slot) != null) {
      synchronized (slot) {
        if (entry.slot == slot) {
          slot.unlink(entry);
          return true;
        }
      }
    }
    return false;
  }

  /** How many entries are armed. Looks at every slot. */
  int size() {
    int size = 0;
    for (int i = 0; i < SLOTS; i++) {
      Slot slot = slots.get(i);
      if (slot != null) {
        synchronized (slot) {
          size += slot.size;
        }
      }
    }
    return size;
  }

  private long tickOf(long nanos) {
    return Math.floorDiv(nanos - originNanos, TICK_NANOS);
  }

  /**
   * Ends each entry that matches, also one that is armed from now on. The others do not expire any
   * more, and wait for a call that they match. Idempotent.
   */
  void close(Predicate<Entry> which) {
    synchronized (this) {
      closedTo = which;
      if (wake != null && nextWake > tickOf(nanoClock.getAsLong())) {
        wake.dispose();
        wake = null;
      }
      nextWake = NEVER;
    }
    shutDownAll(which);
  }

  private synchronized boolean isClosed() {
    return closedTo != null;
  }

  /** Schedules a wake-up for an entry, or leaves it to its close; false where it is to end. */
  private synchronized boolean keep(Entry entry, long tick) {
    return closedTo == null ? wakeAt(tick) : !closedTo.test(entry);
  }

  /** Schedules a wake-up at a tick; false where none will come any more. */
  private synchronized boolean wakeAt(long tick) {
    if (closedTo != null) {
      return false;
    }
    if (tick >= nextWake) {
      return true;
    }
    long delay = originNanos + tick * TICK_NANOS - nanoClock.getAsLong();
    if (wake != null && delay > 0) {
      wake.dispose(); // what is due may be running, and would be interrupted
    }
    Wake sooner = new Wake();
    wake = sooner; // first: it may run at once
    nextWake = tick;
    try {
      sooner.task = scheduler.schedule(sooner, Math.max(0, delay), TimeUnit.NANOSECONDS);
      return true;
    } catch (RejectedExecutionException e) {
      forget(sooner);
      return false;
    }
  }

  /**
   * Clears the pending wake-up, so that the next {@code arm} schedules one; false if {@code
   * running} is of the past.
   */
  private synchronized boolean forget(Wake running) {
    if (wake != running) {
      return false;
    }
    wake = null;
    nextWake = NEVER;
    return true;
  }

  private void wakeUp() {
    if (WAKING.getAndIncrement(this) != 0) {
      return;
    }
    int wakings = 1;
    do {
      expireDue();
      if (!wakeAt(firstArmed()) && !isClosed()) {
        shutDownAll(entry -> true);
      }
      wakings = WAKING.addAndGet(this, -wakings);
    } while (wakings != 0);
  }

  private void expireDue() {
    long now = nanoClock.getAsLong();
    long nowTick = tickOf(now);
    for (long t = Math.max(lastTick + 1, nowTick - SLOTS + 1); t <= nowTick; t++) {
      lastTick = t;
      expire(slots.get(indexOf(t)), now);
    }
  }

  /** The next tick whose slot holds something, if only for a later round. */
  private long firstArmed() {
    long last = lastTick;
    for (long t = last + 1; t <= last + SLOTS; t++) {
      Slot slot = slots.get(indexOf(t));
      if (slot != null) {
        synchronized (slot) {
          if (slot.head != null) {
            return t;
          }
        }
      }
    }
    return NEVER;
  }

  private void expire(@Nullable Slot slot, long now) {
    if (slot != null) {
      end(slot, entry -> entry.deadlineNanos - now <= 0, this::expire);
    }
  }

  private void expire(Entry entry) {
    try {
      endings.execute(() -> end(entry, Entry::expire));
    } catch (RejectedExecutionException e) {
      end(entry, Entry::expire);
    }
  }

  private void shutDownAll(Predicate<Entry> which) {
    for (int i = 0; i < SLOTS; i++) {
      Slot slot = slots.get(i);
      if (slot != null) {
        end(slot, which, Entry::shutDown);
      }
    }
  }

  /** Disarms entries of a slot, and ends each without the lock. */
  private static void end(Slot slot, Predicate<Entry> which, Consumer<Entry> ending) {
    Entry over = null;
    synchronized (slot) {
      for (Entry e = slot.head; e != null; ) {
        Entry next = e.next;
        if (which.test(e)) {
          slot.unlink(e);
          e.next = over;
          over = e;
        }
        e = next;
      }
    }
    while (over != null) {
      Entry next = over.next;
      over.next = null;
      end(over, ending);
      over = next;
    }
  }

  private static void shutDown(Entry entry) {
    end(entry, Entry::shutDown);
  }

  /** What a subscriber throws at its own end must not cost the others theirs. */
  private static void end(Entry entry, Consumer<Entry> ending) {
    try {
      ending.accept(entry);
    } catch (Throwable t) {
      Operators.onErrorDropped(t, Context.empty());
    }
  }

  private final class Wake implements Runnable {
    private @Nullable Disposable task;

    @Override
    public void run() {
      if (forget(this)) {
        wakeUp();
      }
    }

    void dispose() {
      if (task != null) {
        task.dispose();
      }
    }
  }

  /** Something with a deadline. The fields belong to the wheel and are guarded by the slot. */
  abstract static class Entry {
    private long deadlineNanos;
    private volatile @Nullable Slot slot;
    private @Nullable Entry previous;
    private @Nullable Entry next;

    /** Called once when the deadline passes, unless cancelled before; must not throw. */
    abstract void expire();

    /** Called instead of {@link #expire} where no deadline is kept any more; must not throw. */
    abstract void shutDown();
  }

  /** What is due at a tick, or rounds later. */
  private static final class Slot {
    private final long tick;
    private boolean replaced;
    private @Nullable Entry head;
    private int size;

    Slot(long tick) {
      this.tick = tick;
    }

    void link(Entry e) {
      e.slot = this;
      e.previous = null;
      e.next = head;
      if (head != null) {
        head.previous = e;
      }
      head = e;
      size++;
    }

    void unlink(Entry e) {
      Entry before = e.previous;
      Entry after = e.next;
      if (before == null) {
        head = after;
      } else {
        before.next = after;
      }
      if (after != null) {
        after.previous = before;
      }
      e.previous = null;
      e.next = null;
      SLOT.lazySet(e, null);
      size--;
    }
  }
}
