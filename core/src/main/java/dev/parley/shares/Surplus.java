package dev.parley.shares;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/**
 * Who gives way in a full table: at each level of the {@link Origin}s those of the largest user,
 * until all that want more have as much. It is what {@link Shares#largest} chooses one by one, for
 * several at once, so that a flood of newcomers does not cost a look at the whole table for each.
 */
public final class Surplus {
  private final List<Object> leaving = new ArrayList<>();

  private Surplus() {}

  /**
   * Those that have to go, one place each.
   *
   * @param all everything in the table; among equals the first ones give way
   * @param whose whom each belongs to
   * @param target how many may stay
   */
  @SuppressWarnings("unchecked") // holders are what was given
  public static <T> List<T> of(Collection<T> all, Function<? super T, Origin> whose, int target) {
    if (all.size() <= target) {
      return List.of();
    }
    Shares table = new Shares(Long.MAX_VALUE); // without a limit of its own
    for (T each : all) {
      table.open(whose.apply(each), each).take();
    }
    Surplus surplus = new Surplus();
    surplus.shrink(table.root(), target);
    return (List<T>) surplus.leaving;
  }

  private void shrink(Shares.Part part, long target) {
    if (part.used() <= target) {
      return;
    }
    if (part instanceof Shares.Node node) {
      shrinkParts(node, target);
    } else if (part instanceof Share share && share.holder() != null) {
      leaving.add(share.holder());
    }
  }

  private void shrinkParts(Shares.Node node, long target) {
    long cap = cap(node, target);
    long extra = target;
    int large = 0;
    for (Shares.Part part : node.parts.values()) {
      long used = part.used();
      extra -= Math.min(cap, used);
      large += used > cap ? 1 : 0;
    }
    for (Shares.Part part : node.parts.values()) {
      if (part.used() > cap) {
        shrink(part, large-- <= extra ? cap + 1 : cap);
      }
    }
  }

  /** The most that each part may have. */
  private static long cap(Shares.Node node, long target) {
    long[] used = node.parts.values().stream().mapToLong(Shares.Part::used).toArray();
    long low = 0;
    long high = target;
    while (low < high) {
      long middle = (low + high + 1) >>> 1;
      long sum = 0;
      for (long each : used) {
        sum += Math.min(middle, each);
      }
      if (sum <= target) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
