package dev.parley.simulator;

import java.util.Arrays;

/**
 * All open links of the network. Each node has an open-addressing set of its own, with 8 bytes for
 * each link and end: 100,000 nodes with a hundred links each leave no room for objects, and a node
 * that looks at its links over and over finds all of them in a few cache lines, where one table of
 * all pairs would cost a wait for memory each time.
 */
final class LinkTable {
  /** Peer, who keeps the link, both sessions modulo 32, and the second of its last use. */
  private static final int PEER_SHIFT = 40;

  private static final long PEER_MASK = -1L << PEER_SHIFT;
  private static final long KEPT_BY_OWNER = 1L << 39;
  private static final long KEPT_BY_PEER = 1L << 38;
  private static final int SESSION_MASK = 0x1f;
  private static final int OWN_SHIFT = 33;
  private static final int PEER_SESSION_SHIFT = 28;
  private static final long SESSIONS = 0x3ffL << PEER_SESSION_SHIFT;
  private static final long USED_MASK = (1L << PEER_SESSION_SHIFT) - 1;
  private static final int FIRST_SLOTS = 64;

  private long[][] sets = new long[1024][];
  private int[] sizes = new int[1024];
  private int size;

  /** Never 0, which marks a free slot. */
  private static long keyOf(int peer) {
    return (peer + 1L) << PEER_SHIFT;
  }

  private static int home(long[] set, long key) {
    long h = key * 0x9e3779b97f4a7c15L;
    return (int) (h >>> 32) & (set.length - 1);
  }

  /** Where a link is, or would be; a set always has a free slot. */
  private static int slot(long[] set, long key) {
    int i = home(set, key);
    while (set[i] != 0 && (set[i] & PEER_MASK) != key) {
      i = (i + 1) & (set.length - 1);
    }
    return i;
  }

  private long[] setOf(int node) {
    if (node >= sets.length) {
      int length = Math.max(node + 1, 2 * sets.length);
      sets = Arrays.copyOf(sets, length);
      sizes = Arrays.copyOf(sizes, length);
    }
    long[] set = sets[node];
    if (set == null) {
      set = new long[FIRST_SLOTS];
      sets[node] = set;
    } else if (2 * sizes[node] >= set.length) {
      set = grown(set);
      sets[node] = set;
    }
    return set;
  }

  private static long[] grown(long[] old) {
    long[] set = new long[2 * old.length];
    for (long link : old) {
      if (link != 0) {
        set[slot(set, link & PEER_MASK)] = link;
      }
    }
    return set;
  }

  int size() {
    return size;
  }

  /** Opens a link, or notes that it is in use; true when it is new. */
  boolean use(int a, int sessionA, int b, int sessionB, long seconds) {
    boolean isNew = useAt(a, sessionA, b, sessionB, seconds);
    useAt(b, sessionB, a, sessionA, seconds);
    return isNew;
  }

  private boolean useAt(int owner, int own, int peer, int peers, long seconds) {
    long[] set = setOf(owner);
    long key = keyOf(peer);
    int i = slot(set, key);
    long sessions = sessions(own, peers);
    boolean known = set[i] != 0 && (set[i] & SESSIONS) == sessions;
    long kept = known ? set[i] & (KEPT_BY_OWNER | KEPT_BY_PEER) : 0;
    if (set[i] == 0) {
      sizes[owner]++;
      size += owner < peer ? 1 : 0;
    }
    set[i] = key | kept | sessions | (seconds & USED_MASK);
    return !known;
  }

  private static long sessions(int own, int peers) {
    return (long) (own & SESSION_MASK) << OWN_SHIFT
        | (long) (peers & SESSION_MASK) << PEER_SESSION_SHIFT;
  }

  /** Whether a link of these sessions is there; quickest from the end that asks often. */
  boolean isOpen(int a, int sessionA, int b, int sessionB) {
    long link = find(a, b);
    return link != 0 && (link & SESSIONS) == sessions(sessionA, sessionB);
  }

  private long find(int owner, int peer) {
    long[] set = owner < sets.length ? sets[owner] : null;
    return set == null ? 0 : set[slot(set, keyOf(peer))];
  }

  void keep(int by, int other, boolean keep) {
    mark(by, other, KEPT_BY_OWNER, keep);
    mark(other, by, KEPT_BY_PEER, keep);
  }

  private void mark(int owner, int peer, long bit, boolean keep) {
    if (find(owner, peer) != 0) {
      long[] set = sets[owner];
      int i = slot(set, keyOf(peer));
      set[i] = keep ? set[i] | bit : set[i] & ~bit;
    }
  }

  /** Whether a pair, as stored, is still of interest. */
  interface Filter {
    boolean isAlive(int low, int lowSession, int high, int highSession, boolean kept, long seconds);
  }

  /**
   * Drops links that are no more; sessions are given modulo 32. A pair may be shown twice, unless
   * it is dropped.
   */
  void retain(Filter filter) {
    for (int low = 0; low < sets.length; low++) {
      long[] set = sets[low];
      for (int i = 0; set != null && i < set.length; i++) {
        while (set[i] != 0 && peerOf(set[i]) > low && !isAlive(filter, low, set[i])) {
          int high = peerOf(set[i]);
          remove(low, i);
          remove(high, slot(sets[high], keyOf(low)));
          size--;
        }
      }
    }
  }

  private static int peerOf(long link) {
    return (int) (link >>> PEER_SHIFT) - 1;
  }

  private static boolean isAlive(Filter filter, int low, long link) {
    return filter.isAlive(
        low,
        (int) (link >>> OWN_SHIFT) & SESSION_MASK,
        peerOf(link),
        (int) (link >>> PEER_SESSION_SHIFT) & SESSION_MASK,
        (link & (KEPT_BY_OWNER | KEPT_BY_PEER)) != 0,
        link & USED_MASK);
  }

  /** Moves those behind up that would not be found beyond a gap. */
  private void remove(int owner, int at) {
    long[] set = sets[owner];
    int mask = set.length - 1;
    int gap = at;
    for (int i = (at + 1) & mask; set[i] != 0; i = (i + 1) & mask) {
      if (((i - home(set, set[i] & PEER_MASK)) & mask) >= ((i - gap) & mask)) {
        set[gap] = set[i];
        gap = i;
      }
    }
    set[gap] = 0;
    sizes[owner]--;
  }

  static boolean isSession(int session, int masked) {
    return (session & SESSION_MASK) == masked;
  }
}
