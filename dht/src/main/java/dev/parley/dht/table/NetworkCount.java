package dev.parley.dht.table;

import dev.parley.dht.wire.IpEndpoint;
import java.util.Arrays;

/**
 * Counts contacts by network, with the limits that each answer keeps, the ones that are given and
 * the ones that are taken: 2 of a /24 (IPv6: /48) and 4 of a /16 (/32). Confined to one thread.
 */
public final class NetworkCount {
  private static final int MAX_PER_GROUP = 2;
  private static final int MAX_PER_WIDE_GROUP = 4;

  private long[] groups;
  private int size;

  public NetworkCount(int expected) {
    groups = new long[Math.max(1, expected)];
  }

  /** Counts one more of a /24 or /48; false, and not counted, where there are enough. */
  public boolean tryAdd(long group) {
    long wideGroup = IpEndpoint.wideGroup(group);
    int same = 0;
    int sameWide = 0;
    for (int i = 0; i < size; i++) {
      if (IpEndpoint.wideGroup(groups[i]) == wideGroup) {
        sameWide++;
        same += groups[i] == group ? 1 : 0;
      }
    }
    if (isFull(same) || isWideFull(sameWide)) {
      return false;
    }
    if (size == groups.length) {
      groups = Arrays.copyOf(groups, 2 * size);
    }
    groups[size++] = group;
    return true;
  }

  /** Whether so many of a /24 or /48 are enough. */
  static boolean isFull(int same) {
    return same >= MAX_PER_GROUP;
  }

  /** Whether so many of a /16 or /32 are enough. */
  static boolean isWideFull(int sameWide) {
    return sameWide >= MAX_PER_WIDE_GROUP;
  }
}
