package dev.parley.observability;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * What the nodes of one registry with the same tags have in common. A registry keeps the first
 * function that it is given for a meter: without this, the counts of a node that is restarted, or
 * of a second one, would never be read.
 *
 * <p>It lives as long as the registry and refers to links and nodes while they are open.
 */
record SharedMeters(LinkTotals links, NodeGauges nodes) {
  // The values must not refer to the registry, which would then never be collected.
  private static final Map<MeterRegistry, Map<Tags, SharedMeters>> ALL = new WeakHashMap<>();

  /** Those of a registry and tags; the same for all who ask. */
  static SharedMeters of(MeterRegistry registry, Tags tags) {
    synchronized (ALL) {
      return ALL.computeIfAbsent(registry, r -> new HashMap<>())
          .computeIfAbsent(tags, t -> new SharedMeters(new LinkTotals(), new NodeGauges()));
    }
  }
}
