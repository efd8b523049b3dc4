/** A node: the agent that a service embeds. Start with {@link dev.parley.node.AgentNode}. */
module dev.parley.node {
  requires transitive dev.parley.core;
  requires transitive dev.parley.dht;
  requires transitive dev.parley.transport.rsocket;
  requires static transitive org.jspecify;
  requires java.naming;
  requires org.slf4j;

  exports dev.parley.file;
  exports dev.parley.node;
  exports dev.parley.node.dht;
  exports dev.parley.node.state;
}
