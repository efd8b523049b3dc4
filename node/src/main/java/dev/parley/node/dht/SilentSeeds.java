package dev.parley.node.dht;

import dev.parley.AgentId;
import dev.parley.PeerAddress;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of each configured seed once that it is a node without a DHT. Thread-safe. */
final class SilentSeeds implements Consumer<AgentId> {
  private static final Logger log = LoggerFactory.getLogger(SilentSeeds.class);

  private final Set<AgentId> untold = ConcurrentHashMap.newKeySet();

  SilentSeeds(Collection<PeerAddress> seeds) {
    seeds.forEach(seed -> untold.add(seed.id()));
  }

  /** An agent answered that it has no receiver for requests of the DHT. */
  @Override
  public void accept(AgentId agent) {
    if (untold.remove(agent)) {
      log.warn(
          "the seed {} is in no DHT, so nobody joins through it; start it with Dht",
          agent.toShortString());
    }
  }
}
