package dev.parley.transport.session;

import java.util.Arrays;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the first messages that came, so that one that was recorded and is sent again gets no
 * answer.
 *
 * <p>Of a message eight bytes of its mac1 are kept. Only who knows the secret of the network and
 * the agent's id can make a right mac1, and only messages with one are remembered: a stranger can
 * send again what is known, which adds nothing. A member of the network can make this forget, not
 * refuse, the messages of others.
 *
 * <p>There are two generations. A message goes into the younger one; when that has lasted as long
 * as messages are to be remembered, or holds half of the capacity, it becomes the older one and the
 * one before is forgotten. So a message is remembered for the whole time, or until as many as half
 * of the capacity came behind it.
 *
 * <p>Thread-safe.
 */
public final class FirstMessages {
  private final LongSupplier clock;
  private final long keepNanos;
  private final int perGeneration;
  private final long salt;
  private long bornNanos; // of the younger generation; guarded by this, as all below
  private Generation younger;
  private Generation older;

  /**
   * @param options whose clock tolerance says how long a message could be sent again
   * @param capacity messages that are remembered at most, 2 or more
   * @param clock monotonic, in nanoseconds
   */
  public FirstMessages(SessionOptions options, int capacity, LongSupplier clock) {
    if (capacity < 2) {
      throw new IllegalArgumentException("capacity is " + capacity + ", must be 2 or more");
    }
    this.clock = clock;
    // A message may come from a clock that is ahead, and is then good for twice the tolerance.
    this.keepNanos = 2 * options.clockTolerance().toNanos();
    this.perGeneration = capacity / 2;
    byte[] bytes = new byte[Long.BYTES];
    options.random().fill(bytes);
    this.salt = number(bytes, 0) | 1;
    this.younger = new Generation(salt);
    this.older = new Generation(salt);
    this.bornNanos = clock.getAsLong();
  }

  /** Remembers a message whose mac1 is right; false if it was remembered already. */
  synchronized boolean add(byte[] body) {
    long now = clock.getAsLong();
    long age = now - bornNanos;
    if (age >= keepNanos || younger.size == perGeneration) {
      older = age >= 2 * keepNanos ? new Generation(salt) : younger;
      younger = new Generation(salt);
      bornNanos = now;
    }
    long mark = number(body, HandshakeWire.MAC1_AT);
    return !older.contains(mark) && younger.add(mark);
  }

  /** How many messages are remembered. */
  public synchronized int size() {
    return younger.size + older.size;
  }

  private static long number(byte[] bytes, int at) {
    long value = 0;
    for (int i = at; i < at + Long.BYTES; i++) {
      value = value << 8 | (bytes[i] & 0xFF);
    }
    return value == 0 ? 1 : value; // 0 is an empty place
  }

  /** A set of numbers other than 0: open addressing, at most half full. */
  private static final class Generation {
    private static final int FIRST_PLACES = 64;

    private final long salt; // so that nobody outside can aim at one place
    private long @Nullable [] places;
    private int size;

    Generation(long salt) {
      this.salt = salt;
    }

    boolean contains(long mark) {
      long[] p = places;
      return p != null && p[place(p, mark)] == mark;
    }

    boolean add(long mark) {
      long[] p = places;
      if (p == null) {
        p = new long[FIRST_PLACES];
        places = p;
      } else if (size == p.length / 2) {
        p = twice(p);
        places = p;
      }
      int at = place(p, mark);
      if (p[at] == mark) {
        return false;
      }
      p[at] = mark;
      size++;
      return true;
    }

    private long[] twice(long[] from) {
      long[] to = new long[2 * from.length];
      Arrays.stream(from).filter(mark -> mark != 0).forEach(mark -> to[place(to, mark)] = mark);
      return to;
    }

    /** Where the mark is, or the empty place where it belongs. */
    private int place(long[] p, long mark) {
      int at = (int) ((mark * salt) >>> 32) & (p.length - 1);
      while (p[at] != 0 && p[at] != mark) {
        at = (at + 1) & (p.length - 1);
      }
      return at;
    }
  }
}
