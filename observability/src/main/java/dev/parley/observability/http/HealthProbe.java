package dev.parley.observability.http;

import dev.parley.node.AgentNode;
import dev.parley.node.dht.DhtNode;

/** Looks at what a node knows of itself; asks no other node and no other thread. Thread-safe. */
final class HealthProbe {
  private final AgentNode node;
  private volatile boolean joined;
  private volatile boolean closed;

  HealthProbe(AgentNode node) {
    this.node = node;
    node.online().doFinally(s -> joined = true).subscribe();
    node.onClose().doFinally(s -> closed = true).subscribe();
  }

  /** How the node is. */
  Health health() {
    return Health.of(
        new Health.Facts(
            closed,
            node.isDraining(),
            joined,
            node.protocol(DhtNode.class).map(part -> part.dht().stats()).orElse(null)));
  }
}
