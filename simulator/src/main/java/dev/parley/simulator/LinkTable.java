package dev.parley.simulator;

/**
 * All open links of the network: an open-addressing map from pairs of nodes to a few bits, 16 bytes
 * a link, since 100,000 nodes with a hundred links each leave no room for objects.
 */
final class LinkTable {
  private static final long KEPT_BY_LOWER = 1L << 62;
  private static final long KEPT_BY_HIGHER = 1L << 61;
  private static final int SESSION_BITS = 12;
  private static final int SESSION_MASK = (1 << SESSION_BITS) - 1;
  private static final long USED_MASK = (1L << 32) - 1;

  /** Key, value, key, value: to find one is one look at memory. Key 0 is free. */
  private long[] slots = new long[1 << 13];

  private int size;

  private static long key(int a, int b) {
    int low = Math.min(a, b);
    int high = Math.max(a, b);
    return (long) high << 32 | low;
  }

  private int home(long key) {
    long h = key * 0x9e3779b97f4a7c15L;
    h = (h ^ h >>> 32) * 0xd6e8feb86659fd93L;
    return (int) (h >>> 31) & (slots.length - 2);
  }

  private int slot(long key) {
    int i = home(key);
    while (slots[i] != 0 && slots[i] != key) {
      i = (i + 2) & (slots.length - 2);
    }
    return i;
  }

  int size() {
    return size;
  }

  /** Opens a link, or notes that it is in use; true when it is new. */
  boolean use(int a, int sessionA, int b, int sessionB, long seconds) {
    if (4 * size >= slots.length) {
      grow();
    }
    long key = key(a, b);
    int i = slot(key);
    long sessions = sessions(a, sessionA, b, sessionB);
    boolean known = slots[i] != 0 && (slots[i + 1] & sessionsMask()) == sessions;
    long kept = known ? slots[i + 1] & (KEPT_BY_LOWER | KEPT_BY_HIGHER) : 0;
    if (slots[i] == 0) {
      slots[i] = key;
      size++;
    }
    slots[i + 1] = kept | sessions | (seconds & USED_MASK);
    return !known;
  }

  private static long sessionsMask() {
    return ((1L << (2 * SESSION_BITS)) - 1) << 32;
  }

  private static long sessions(int a, int sessionA, int b, int sessionB) {
    long low = a < b ? sessionA : sessionB;
    long high = a < b ? sessionB : sessionA;
    return (high & SESSION_MASK) << (32 + SESSION_BITS) | (low & SESSION_MASK) << 32;
  }

  /** Whether a link of these sessions is there. */
  boolean isOpen(int a, int sessionA, int b, int sessionB) {
    int i = slot(key(a, b));
    return slots[i] != 0 && (slots[i + 1] & sessionsMask()) == sessions(a, sessionA, b, sessionB);
  }

  void keep(int by, int other, boolean keep) {
    int i = slot(key(by, other));
    if (slots[i] != 0) {
      long bit = by < other ? KEPT_BY_LOWER : KEPT_BY_HIGHER;
      slots[i + 1] = keep ? slots[i + 1] | bit : slots[i + 1] & ~bit;
    }
  }

  /** Whether a pair, as stored, is still of interest. */
  interface Filter {
    boolean isAlive(int low, int lowSession, int high, int highSession, boolean kept, long seconds);
  }

  /**
   * Drops links that are no more; sessions are given modulo 4096. A pair may be shown twice, unless
   * it is dropped.
   */
  void retain(Filter filter) {
    for (int i = 0; i < slots.length; i += 2) {
      while (slots[i] != 0 && !isAlive(filter, slots[i], slots[i + 1])) {
        remove(i);
      }
    }
  }

  private static boolean isAlive(Filter filter, long key, long value) {
    return filter.isAlive(
        (int) key,
        (int) (value >>> 32) & SESSION_MASK,
        (int) (key >>> 32),
        (int) (value >>> (32 + SESSION_BITS)) & SESSION_MASK,
        (value & (KEPT_BY_LOWER | KEPT_BY_HIGHER)) != 0,
        value & USED_MASK);
  }

  /** Moves those behind up that would not be found beyond a gap. */
  private void remove(int at) {
    int mask = slots.length - 2;
    int gap = at;
    for (int i = (at + 2) & mask; slots[i] != 0; i = (i + 2) & mask) {
      if (((i - home(slots[i])) & mask) >= ((i - gap) & mask)) {
        slots[gap] = slots[i];
        slots[gap + 1] = slots[i + 1];
        gap = i;
      }
    }
    slots[gap] = 0;
    size--;
  }

  private void grow() {
    long[] old = slots;
    slots = new long[2 * old.length];
    size = 0;
    for (int i = 0; i < old.length; i += 2) {
      if (old[i] != 0) {
        put(old[i], old[i + 1]);
      }
    }
  }

  private void put(long key, long value) {
    int i = slot(key);
    slots[i] = key;
    slots[i + 1] = value;
    size++;
  }

  static boolean isSession(int session, int masked) {
    return (session & SESSION_MASK) == masked;
  }
}
