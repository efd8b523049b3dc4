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
  private final DhtKey[] ids; // of the sorted nodes
  private final SimRandom random;

  InitialTables(List<SimNode> nodes, SimRandom random) {
    this.sorted = new ArrayList<>(nodes);
    this.sorted.sort(Comparator.comparing(n -> n.key.id()));
    this.ids = this.sorted.stream().map(n -> n.key.id()).toArray(DhtKey[]::new);
    this.random = random;
  }

  /** Nearest buckets first. */
  List<Contact> of(SimNode node) {
    List<List<Contact>> buckets = new ArrayList<>();
    int low = 0;
    int high = sorted.size();
    for (int prefix = 0; high - low > 1; prefix++) {
      int split = split(low, high, prefix);
      boolean isLower = split > low && ids[low].commonPrefix(node.key.id()) > prefix;
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
    DhtKey first = ids[low];
    int from = low;
    int to = high;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (first.commonPrefix(ids[middle]) > prefix) {
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
    chosen.addAll(quickest(choice, node));
    chosen.forEach(c -> picked.add(c.contact()));
    return picked;
  }

  private static List<SimNode> quickest(List<SimNode> choice, SimNode from) {
    List<Timed> timed = new ArrayList<>(choice.size());
    for (SimNode other : choice) {
      timed.add(new Timed(other, LatencyModel.millis(from.place, other.place)));
    }
    timed.sort(Comparator.comparingDouble(Timed::millis));
    return timed.stream().limit(BUCKET - STABLE).map(Timed::node).toList();
  }

  private record Timed(SimNode node, double millis) {}

  private void draw(int low, int high, int n, List<SimNode> into) {
    for (int i = 0; i < 2 * n && into.size() < n; i++) {
      SimNode drawn = sorted.get(low + random.nextInt(high - low));
      if (!into.contains(drawn)) {
        into.add(drawn);
      }
    }
  }
}
