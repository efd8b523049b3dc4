package dev.parley.simulator;

import java.util.Arrays;

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

  private long[] keys = new long[1 << 12]; // 0 is free: no node has a link to itself
  private long[] values = new long[1 << 12];
  private long[] spareKeys = new long[0];
  private long[] spareValues = new long[0];
  private int size;

  private static long key(int a, int b) {
    int low = Math.min(a, b);
    int high = Math.max(a, b);
    return (long) high << 32 | low;
  }

  private int slot(long key) {
    long h = key * 0x9e3779b97f4a7c15L;
    h = (h ^ h >>> 32) * 0xd6e8feb86659fd93L;
    int i = (int) (h >>> 32) & (keys.length - 1);
    while (keys[i] != 0 && keys[i] != key) {
      i = (i + 1) & (keys.length - 1);
    }
    return i;
  }

  int size() {
    return size;
  }

  /** Opens a link, or notes that it is in use; true when it is new. */
  boolean use(int a, int sessionA, int b, int sessionB, long seconds) {
    if (2 * size >= keys.length) {
      grow();
    }
    long key = key(a, b);
    int i = slot(key);
    long sessions = sessions(a, sessionA, b, sessionB);
    boolean known = keys[i] != 0 && (values[i] & sessionsMask()) == sessions;
    long kept = known ? values[i] & (KEPT_BY_LOWER | KEPT_BY_HIGHER) : 0;
    if (keys[i] == 0) {
      keys[i] = key;
      size++;
    }
    values[i] = kept | sessions | (seconds & USED_MASK);
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
    return keys[i] != 0 && (values[i] & sessionsMask()) == sessions(a, sessionA, b, sessionB);
  }

  void keep(int by, int other, boolean keep) {
    int i = slot(key(by, other));
    if (keys[i] != 0) {
      long bit = by < other ? KEPT_BY_LOWER : KEPT_BY_HIGHER;
      values[i] = keep ? values[i] | bit : values[i] & ~bit;
    }
  }

  /** Whether a pair, as stored, is still of interest. */
  interface Filter {
    boolean isAlive(int low, int lowSession, int high, int highSession, boolean kept, long seconds);
  }

  /** Drops links that are no more; sessions are given modulo 4096. */
  void retain(Filter filter) {
    long[] oldKeys = keys;
    long[] oldValues = values;
    boolean fits = spareKeys.length == oldKeys.length;
    keys = fits ? spareKeys : new long[oldKeys.length];
    values = fits ? spareValues : new long[oldValues.length];
    Arrays.fill(keys, 0);
    spareKeys = oldKeys;
    spareValues = oldValues;
    size = 0;
    for (int i = 0; i < oldKeys.length; i++) {
      long v = oldValues[i];
      if (oldKeys[i] != 0
          && filter.isAlive(
              (int) oldKeys[i],
              (int) (v >>> 32) & SESSION_MASK,
              (int) (oldKeys[i] >>> 32),
              (int) (v >>> (32 + SESSION_BITS)) & SESSION_MASK,
              (v & (KEPT_BY_LOWER | KEPT_BY_HIGHER)) != 0,
              v & USED_MASK)) {
        put(oldKeys[i], v);
      }
    }
  }

  private void grow() {
    long[] oldKeys = keys;
    long[] oldValues = Arrays.copyOf(values, values.length);
    keys = new long[2 * oldKeys.length];
    values = new long[2 * oldKeys.length];
    size = 0;
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != 0) {
        put(oldKeys[i], oldValues[i]);
      }
    }
  }

  private void put(long key, long value) {
    int i = slot(key);
    keys[i] = key;
    values[i] = value;
    size++;
  }

  static boolean isSession(int session, int masked) {
    return (session & SESSION_MASK) == masked;
  }
}
