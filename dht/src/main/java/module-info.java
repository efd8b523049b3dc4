/**
 * Finds agents by their key: a reactive Kademlia with signed listings. Start with {@link
 * dev.parley.dht.AgentDht}.
 */
@SuppressWarnings("module") // named in qualified exports, and built later
module dev.parley.dht {
  requires transitive dev.parley.core;
  requires static transitive org.jspecify;

  exports dev.parley.dht;
  exports dev.parley.dht.life to
      dev.parley.node,
      dev.parley.simulator;
  exports dev.parley.dht.port to
      dev.parley.node,
      dev.parley.observability,
      dev.parley.simulator;
  exports dev.parley.dht.wire to
      dev.parley.node,
      dev.parley.observability,
      dev.parley.simulator;
}
