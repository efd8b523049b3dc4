package dev.parley.simulator;

import dev.parley.dht.wire.DhtKey;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether tables make one network: each node leads to every other, by way of others' tables. */
final class Healing {
  private Healing() {}

  /**
   * How many nodes are cut off from some other.
   *
   * @param tables whom each node knows; others than these nodes do not count
   */
  static int cutOff(Map<DhtKey, ? extends Collection<DhtKey>> tables) {
    if (tables.isEmpty()) {
      return 0;
    }
    Map<DhtKey, Set<DhtKey>> knownBy = new HashMap<>();
    tables.forEach(
        (node, known) ->
            known.forEach(each -> knownBy.computeIfAbsent(each, k -> new HashSet<>()).add(node)));
    DhtKey first = tables.keySet().iterator().next();
    Set<DhtKey> whole = reached(first, tables, tables);
    whole.retainAll(reached(first, knownBy, tables));
    return tables.size() - whole.size();
  }

  private static Set<DhtKey> reached(
      DhtKey from,
      Map<DhtKey, ? extends Collection<DhtKey>> edges,
      Map<DhtKey, ? extends Collection<DhtKey>> nodes) {
    Set<DhtKey> reached = new HashSet<>(List.of(from));
    Deque<DhtKey> open = new ArrayDeque<>(reached);
    while (!open.isEmpty()) {
      Collection<DhtKey> next = edges.get(open.poll());
      if (next != null) {
        next.stream().filter(nodes::containsKey).filter(reached::add).forEach(open::add);
      }
    }
    return reached;
  }
}
