package dev.parley.dht.node;

import dev.parley.dht.wire.NodeKey;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Nodes that others tell of, or that say themselves that they serve, and that this node has failed
 * to reach of late: evidence that its network is larger than what it knows of it. Bounded; the one
 * that failed longest ago leaves first. Confined to one thread.
 */
public final class Unreached {
  /** How long a failure counts; those that are still told of are tried again before. */
  public static final long KEPT_NANOS = 600_000_000_000L;

  public static final int MAX_KEPT = 64;

  private final Map<NodeKey, Long> failed = new LinkedHashMap<>(1);

  public void failed(NodeKey key, long now) {
    failed.remove(key);
    failed.put(key, now);
    if (failed.size() > MAX_KEPT) {
      failed.remove(failed.keySet().iterator().next());
    }
  }

  public void reached(NodeKey key) {
    failed.remove(key);
  }

  public int count(long now) {
    Iterator<Long> oldest = failed.values().iterator();
    while (oldest.hasNext() && now - oldest.next() >= KEPT_NANOS) {
      oldest.remove();
    }
    return failed.size();
  }
}
