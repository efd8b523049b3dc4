/**
 * A deterministic network of thousands of DHT nodes in one JVM, in virtual time. Start with {@link
 * dev.parley.simulator.Simulation}.
 */
module dev.parley.simulator {
  requires transitive dev.parley.dht;
  requires static transitive org.jspecify;

  exports dev.parley.simulator;
}
