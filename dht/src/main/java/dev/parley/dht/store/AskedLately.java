package dev.parley.dht.store;

import dev.parley.dht.wire.NodeKey;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * When the network was last asked for an agent, so that calls in a loop cost one lookup a second.
 * Bounded; the one asked for longest ago is forgotten first. Confined to the node's worker.
 */
public final class AskedLately {
  /** So far apart lookups of one agent begin, where nobody insists. */
  static final long APART_NANOS = 1_000_000_000L;

  public static final int MAX_AGENTS = 4096;

  private static final class Asked {
    long startNanos;
    long endNanos;
    boolean answered;
  }

  private final Map<NodeKey, Asked> agents = new LinkedHashMap<>(1);

  public void started(NodeKey agent, long now) {
    Asked asked = agents.remove(agent);
    if (asked == null) {
      asked = new Asked();
    }
    asked.startNanos = now;
    agents.put(agent, asked);
    if (agents.size() > MAX_AGENTS) {
      agents.remove(agents.keySet().iterator().next());
    }
  }

  /** Notes that the network has given an answer that can be relied on. */
  public void answered(NodeKey agent, long now) {
    Asked asked = agents.get(agent);
    if (asked != null) {
      asked.endNanos = now;
      asked.answered = true;
    }
  }

  /** Forgets the answer: the agent has said something else since. */
  void overtaken(NodeKey agent) {
    Asked asked = agents.get(agent);
    if (asked != null) {
      asked.answered = false;
    }
  }

  /** Whether the network's answer is no older than {@code nanos}. */
  public boolean isAnswered(NodeKey agent, long nanos, long now) {
    Asked asked = agents.get(agent);
    return asked != null && asked.answered && now - asked.endNanos < nanos;
  }

  /** How long the next lookup has to wait. */
  public long pauseNanos(NodeKey agent, long now) {
    Asked asked = agents.get(agent);
    return asked == null ? 0 : Math.max(0, APART_NANOS - (now - asked.startNanos));
  }

  public void purge(long now) {
    long longAgo = 600 * APART_NANOS; // also longer than any answer is relied on
    agents.values().removeIf(a -> now - a.startNanos >= longAgo && now - a.endNanos >= longAgo);
  }

  public int size() {
    return agents.size();
  }
}
