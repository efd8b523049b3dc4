package dev.parley.examples;

import dev.parley.Identity;
import dev.parley.Network;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;

/** Two nodes in this process, over loopback, as all examples want them. */
final class Nodes {
  private Nodes() {}

  /** An agent that others can dial. Where it is, it would tell the DHT; here nobody asks. */
  static AgentNodeBuilder listening(Network network) {
    return AgentNode.builder()
        .identity(Identity.generate())
        .network(network)
        .listen("127.0.0.1", 0);
  }

  /** An agent that dials, and knows where {@code peer} is. */
  static AgentNodeBuilder knowing(AgentNode peer, Network network) {
    return AgentNode.builder()
        .identity(Identity.generate())
        .network(network)
        .peer(peer.peerAddress());
  }

  static AgentNode start(AgentNodeBuilder builder) {
    return builder.startNow();
  }
}
