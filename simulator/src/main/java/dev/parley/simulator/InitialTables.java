package dev.parley.simulator;

import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Tables as a network that has run for a while would have them: of each bucket's range up to 20
 * nodes, most of them at random and the rest the fastest of a few.
 */
final class InitialTables {
  private static final int BUCKET = 20;
  private static final int STABLE = 12;
  private static final int CHOICE = 24;

  private final List<SimNode> sorted;
  private final SimRandom random;

  InitialTables(List<SimNode> nodes, SimRandom random) {
    this.sorted = new ArrayList<>(nodes);
    this.sorted.sort(Comparator.comparing(n -> n.key.id()));
    this.random = random;
  }

  /** Nearest buckets first. */
  List<Contact> of(SimNode node) {
    List<List<Contact>> buckets = new ArrayList<>();
    int low = 0;
    int high = sorted.size();
    for (int prefix = 0; high - low > 1; prefix++) {
      int split = split(low, high, prefix);
      boolean isLower =
          split > low && sorted.get(low).key.id().commonPrefix(node.key.id()) > prefix;
      buckets.add(isLower ? pick(split, high, node) : pick(low, split, node));
      low = isLower ? low : split;
      high = isLower ? split : high;
    }
    List<Contact> table = new ArrayList<>();
    for (int i = buckets.size() - 1; i >= 0; i--) {
      table.addAll(buckets.get(i));
    }
    return table;
  }

  /** The first of the range that differs from the range's first in the bit after the prefix. */
  private int split(int low, int high, int prefix) {
    DhtKey first = sorted.get(low).key.id();
    int from = low;
    int to = high;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (first.commonPrefix(sorted.get(middle).key.id()) > prefix) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  private List<Contact> pick(int low, int high, SimNode node) {
    List<Contact> picked = new ArrayList<>();
    if (high - low <= BUCKET) {
      for (int i = low; i < high; i++) {
        picked.add(sorted.get(i).contact());
      }
      return picked;
    }
    List<SimNode> chosen = new ArrayList<>();
    draw(low, high, STABLE, chosen);
    List<SimNode> choice = new ArrayList<>();
    draw(low, high, CHOICE, choice);
    choice.removeAll(chosen);
    choice.sort(Comparator.comparingDouble(other -> LatencyModel.millis(node.place, other.place)));
    chosen.addAll(choice.subList(0, Math.min(BUCKET - STABLE, choice.size())));
    chosen.forEach(c -> picked.add(c.contact()));
    return picked;
  }

  private void draw(int low, int high, int n, List<SimNode> into) {
    for (int i = 0; i < 2 * n && into.size() < n; i++) {
      SimNode drawn = sorted.get(low + random.nextInt(high - low));
      if (!into.contains(drawn)) {
        into.add(drawn);
      }
    }
  }
}
