package dev.parley.simulator;

import dev.parley.dht.wire.NodeKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The hosts, by number and by key: finding one waits for memory once where a map does thrice. */
final class NodeIndex {
  private final List<SimNode> nodes = new ArrayList<>();

  /** Head of an id and number of a host plus one, side by side; number 0 is free. */
  private long[] slots = new long[1 << 11];

  List<SimNode> nodes() {
    return nodes;
  }

  void add(SimNode node) {
    nodes.add(node);
    if (4 * nodes.size() > slots.length) {
      slots = new long[2 * slots.length];
      for (int i = 0; i < nodes.size(); i++) {
        put(nodes.get(i).key.id().head(), i);
      }
    } else {
      put(node.key.id().head(), nodes.size() - 1);
    }
  }

  private void put(long head, int number) {
    int i = home(head);
    while (slots[i + 1] != 0) {
      i = (i + 2) & (slots.length - 2);
    }
    slots[i] = head;
    slots[i + 1] = number + 1L;
  }

  /** Ids are hashes; but some are ground to share their leading bits. */
  private int home(long head) {
    return (int) ((head * 0x9e3779b97f4a7c15L) >>> 31) & (slots.length - 2);
  }

  @Nullable SimNode get(NodeKey key) {
    long head = key.id().head();
    int i = home(head);
    while (slots[i + 1] != 0) {
      if (slots[i] == head) {
        SimNode node = nodes.get((int) slots[i + 1] - 1);
        if (node.key.equals(key)) {
          return node;
        }
      }
      i = (i + 2) & (slots.length - 2);
    }
    return null;
  }
}
