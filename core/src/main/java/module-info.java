/**
 * Agents, messages, deadlines and failures, and the ports for protocols, filters and observers of a
 * user's own. Start with {@link dev.parley.Identity} and {@link dev.parley.Agent}.
 */
@SuppressWarnings("module") // named in qualified exports, and built later
module dev.parley.core {
  requires transitive org.reactivestreams;
  requires transitive reactor.core;
  requires static transitive org.jspecify;
  requires static tools.jackson.databind;
  requires org.bouncycastle.provider;
  requires org.slf4j;

  exports dev.parley;
  exports dev.parley.jackson;
  exports dev.parley.spi;
  exports dev.parley.carrier to
      dev.parley.node,
      dev.parley.testkit,
      dev.parley.transport.rsocket;
  exports dev.parley.links to
      dev.parley.node,
      dev.parley.testkit,
      dev.parley.transport.rsocket;
  exports dev.parley.messenger to
      dev.parley.node,
      dev.parley.testkit,
      dev.parley.transport.rsocket;
  exports dev.parley.settings to
      dev.parley.cli,
      dev.parley.dht,
      dev.parley.node,
      dev.parley.observability,
      dev.parley.transport.rsocket;
  exports dev.parley.shares to
      dev.parley.dht,
      dev.parley.node,
      dev.parley.observability,
      dev.parley.transport.rsocket;
}
