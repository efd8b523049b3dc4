/**
 * Agents, messages, deadlines and failures, and the ports that a transport and a resolver
 * implement. Start with {@link dev.parley.Identity} and {@link dev.parley.Messenger}.
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
  exports dev.parley.links to
      dev.parley.node,
      dev.parley.testkit,
      dev.parley.transport.rsocket;
}
