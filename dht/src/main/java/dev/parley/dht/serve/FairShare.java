package dev.parley.dht.serve;

import dev.parley.dht.wire.IpEndpoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Chooses who gives way in a full table: the largest user first, where a user is a network (IPv4
 * /24, IPv6 /48), within it a host (/32, /64), within that an address, and last an identity, of
 * which anybody can make as many as they like. Among equals the one that was used longest ago.
 */
final class FairShare {
  private static final int LEVELS = 3;

  private FairShare() {}

  /** Something that takes a place in a table, at an address. */
  interface Placed {
    IpEndpoint address();
  }

  /**
   * Those that have to go.
   *
   * @param all everything in the table, the least recently used first
   * @param target how many may stay
   */
  static <T extends Placed> List<T> surplus(List<T> all, int target) {
    List<T> leaving = new ArrayList<>();
    shrink(all, 0, target, leaving);
    return leaving;
  }

  private static <T extends Placed> void shrink(
      List<T> among, int level, int target, List<T> leaving) {
    if (among.size() <= target) {
      return;
    }
    if (level == LEVELS) {
      leaving.addAll(among.subList(0, among.size() - target));
      return;
    }
    Map<Long, List<T>> parts = new LinkedHashMap<>();
    for (T each : among) {
      List<T> part = parts.remove(key(each.address(), level));
      part = part == null ? new ArrayList<>(1) : part;
      part.add(each);
      parts.put(key(each.address(), level), part); // the part used last comes last
    }
    int cap = cap(parts, target);
    int extra = target;
    int large = 0;
    for (List<T> part : parts.values()) {
      extra -= Math.min(cap, part.size());
      large += part.size() > cap ? 1 : 0;
    }
    for (List<T> part : parts.values()) {
      if (part.size() > cap) {
        shrink(part, level + 1, large-- <= extra ? cap + 1 : cap, leaving);
      }
    }
  }

  /** The most that each part may have. */
  private static <T> int cap(Map<Long, List<T>> parts, int target) {
    int low = 0;
    int high = target;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      long sum = 0;
      for (List<T> part : parts.values()) {
        sum += Math.min(middle, part.size());
      }
      if (sum <= target) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private static long key(IpEndpoint address, int level) {
    return switch (level) {
      case 0 -> address.group();
      case 1 -> host(address);
      default -> address.low();
    };
  }

  /** The /32 (IPv4) or /64 (IPv6) of an address, as a number: no IPv6 one is below 2^32. */
  static long host(IpEndpoint address) {
    return address.isV6() ? address.high() : address.low();
  }
}
