package dev.parley.testkit;

import io.netty.buffer.Unpooled;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakHint;
import io.netty.util.ResourceLeakTracker;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Every resource that Netty tracks, from its allocation to its release.
 *
 * <p>Netty's own detector reports a resource that was garbage-collected unreleased, some time after
 * the fact; its {@code LeakPresenceDetector} counts reliably but does not say where a resource came
 * from. This one keeps, per open resource, the stack of its allocation, so it reports at once, all
 * of them, and by place. It holds no reference to the resource itself.
 */
final class ResourceLedger {
  private static final ResourceLedger INSTALLED = new ResourceLedger();
  private static final boolean IN_USE = install();
  private static final int TOUCHES_KEPT = 4;

  private final Set<Entry<?>> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong allocations = new AtomicLong();
  private volatile String activity = "before the first test";

  private ResourceLedger() {}

  /**
   * The ledger of this JVM.
   *
   * @throws IllegalStateException if Netty's buffers were in use before this class was
   */
  static ResourceLedger installed() {
    if (!IN_USE) {
      throw new IllegalStateException(
          "Netty's buffers were loaded before LeakExtension, so their leaks go unseen; register the"
              + " extension for the whole suite: set"
              + " junit.jupiter.extensions.autodetection.enabled=true in"
              + " junit-platform.properties");
    }
    return INSTALLED;
  }

  private static boolean install() {
    ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new LedgerFactory());
    long before = INSTALLED.mark();
    Unpooled.directBuffer(1).release();
    return INSTALLED.mark() > before;
  }

  /** Names what is going on, for reports. */
  void activity(String name) {
    activity = name;
  }

  /** A point in the order of allocations. */
  long mark() {
    return allocations.get();
  }

  /** What was allocated after {@code mark} and is still open, oldest first. */
  List<Entry<?>> openSince(long mark) {
    return open.stream()
        .filter(entry -> entry.number > mark && !entry.isStatic())
        .sorted(Comparator.comparingLong(entry -> entry.number))
        .toList();
  }

  /** Reports {@code entries} no more. */
  void forget(List<Entry<?>> entries) {
    entries.forEach(open::remove);
  }

  private <T> Entry<T> track(String type) {
    Entry<T> entry = new Entry<>(this, type);
    open.add(entry);
    return entry;
  }

  /** One open resource. */
  static final class Entry<T> implements ResourceLeakTracker<T> {
    private final ResourceLedger ledger;
    private final long number;
    private final Throwable creation;
    private final Deque<Throwable> touches = new ArrayDeque<>(TOUCHES_KEPT);
    private final AtomicBoolean closed = new AtomicBoolean();

    private Entry(ResourceLedger ledger, String type) {
      this.ledger = ledger;
      this.number = ledger.allocations.incrementAndGet();
      this.creation =
          new Throwable(
              type
                  + " allocated by thread "
                  + Thread.currentThread().getName()
                  + " during "
                  + ledger.activity);
    }

    /** Where the resource came from: names type, thread and test, with the stack. */
    Throwable creation() {
      return creation;
    }

    /** Whether a frame of the allocation's stack begins with {@code place}. */
    boolean wasAllocatedIn(String place) {
      return Arrays.stream(creation.getStackTrace())
          .anyMatch(
              frame -> (frame.getClassName() + "." + frame.getMethodName()).startsWith(place));
    }

    /**
     * The last accesses; recorded at the detection levels {@code advanced} and {@code paranoid}.
     */
    List<Throwable> touches() {
      synchronized (touches) {
        return List.copyOf(touches);
      }
    }

    /** Whether the resource belongs to a class for good, as constants do. */
    private boolean isStatic() {
      return Arrays.stream(creation.getStackTrace())
          .anyMatch(frame -> frame.getMethodName().equals("<clinit>"));
    }

    @Override
    public void record() {
      keep("accessed");
    }

    @Override
    public void record(Object hint) {
      keep("touched: " + name(hint));
    }

    /** Hints are named, not printed: they may be objects that hold payload. */
    private static String name(Object hint) {
      if (hint instanceof ResourceLeakHint named) {
        return named.toHintString();
      }
      return hint instanceof String text ? text : hint.getClass().getName();
    }

    private void keep(String what) {
      Throwable touch = new Throwable(what + " by thread " + Thread.currentThread().getName());
      synchronized (touches) {
        if (touches.size() == TOUCHES_KEPT) {
          touches.removeFirst();
        }
        touches.addLast(touch);
      }
    }

    @Override
    public boolean close(T resource) {
      ledger.open.remove(this);
      return closed.compareAndSet(false, true);
    }
  }

  private static final class LedgerFactory extends ResourceLeakDetectorFactory {
    @Override
    @Deprecated
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
        Class<T> resource, int samplingInterval, long maxActive) {
      return new LedgerDetector<>(resource);
    }
  }

  private static final class LedgerDetector<T> extends ResourceLeakDetector<T> {
    private final String type;

    @SuppressWarnings("deprecation") // Netty's own detectors call this one, too
    LedgerDetector(Class<T> resource) {
      super(resource, 1);
      this.type = resource.getSimpleName();
    }

    @Override
    public ResourceLeakTracker<T> track(T resource) {
      return INSTALLED.track(type);
    }

    @Override
    public ResourceLeakTracker<T> trackForcibly(T resource) {
      return INSTALLED.track(type);
    }

    @Override
    public boolean isRecordEnabled() {
      return getLevel().compareTo(Level.ADVANCED) >= 0;
    }
  }
}
