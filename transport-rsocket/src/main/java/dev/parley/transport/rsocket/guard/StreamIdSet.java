package dev.parley.transport.rsocket.guard;

import java.util.Arrays;

/**
 * Stream ids, none of which is 0 and all of which are odd or all even. Numbers instead of objects:
 * what is put into a table of objects that lives as long as a link has to be looked at by the
 * collector, for each link and again and again.
 *
 * <p>Open addressing with linear probing; what is removed leaves no gap (Knuth, The Art of Computer
 * Programming, volume 3, algorithm 6.4R). Ids in sequence never collide, and as they are odd or
 * even every other place stays empty, so that to remove one looks at one place more, and not at all
 * that follow. Not thread-safe.
 */
final class StreamIdSet {
  private static final int FIRST_CAPACITY = 16;

  /** A table that has grown beyond this goes back to its first size once it is empty. */
  private static final int KEPT_CAPACITY = 2048;

  private int[] table = new int[FIRST_CAPACITY];
  private int size;

  /** Adds an id; false when it was there. */
  boolean add(int id) {
    int at = indexOf(id);
    if (table[at] == id) {
      return false;
    }
    table[at] = id;
    size++;
    if (size > table.length >> 1) {
      grow();
    }
    return true;
  }

  /** Whether an id is there. */
  boolean contains(int id) {
    return table[indexOf(id)] == id;
  }

  /** Removes an id; false when it was not there. */
  boolean remove(int id) {
    int gap = indexOf(id);
    if (table[gap] != id) {
      return false;
    }
    int mask = table.length - 1;
    for (int at = gap + 1 & mask; table[at] != 0; at = at + 1 & mask) {
      int home = home(table[at]);
      if ((at - home & mask) >= (at - gap & mask)) { // it was looked for at the gap as well
        table[gap] = table[at];
        gap = at;
      }
    }
    table[gap] = 0;
    size--;
    if (size == 0 && table.length > KEPT_CAPACITY) {
      table = new int[FIRST_CAPACITY];
    }
    return true;
  }

  int size() {
    return size;
  }

  /** Removes all. */
  void clear() {
    table = new int[FIRST_CAPACITY];
    size = 0;
  }

  private void grow() {
    int[] old = table;
    table = new int[old.length << 1];
    Arrays.stream(old).filter(id -> id != 0).forEach(id -> table[indexOf(id)] = id);
  }

  /** Where an id is, or else where it is to be put. */
  private int indexOf(int id) {
    int mask = table.length - 1;
    int at = home(id);
    while (table[at] != 0 && table[at] != id) {
      at = at + 1 & mask;
    }
    return at;
  }

  private int home(int id) {
    return id & table.length - 1;
  }
}
