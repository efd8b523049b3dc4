package dev.parley.guide;

import dev.parley.Identity;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The nodes of one test, which are closed after it, the last one first. */
final class Agents implements AfterEachCallback {
  static final String NETWORK = "auction-house";
  private final List<AgentNode> nodes = new ArrayList<>();

  /** A node that others can dial, not yet started. */
  static AgentNodeBuilder listening() {
    return AgentNode.builder()
        .identity(Identity.generate())
        .network(NETWORK)
        .listen("127.0.0.1", 0);
  }

  /** A node that only dials, and knows where {@code peer} is. */
  static AgentNodeBuilder knowing(AgentNode peer) {
    return AgentNode.builder()
        .identity(Identity.generate())
        .network(NETWORK)
        .peer(peer.peerAddress());
  }

  AgentNode start(AgentNodeBuilder builder) {
    return add(builder.startNow());
  }

  /** Closes {@code node} after the test. */
  AgentNode add(AgentNode node) {
    nodes.add(node);
    return node;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Collections.reverse(nodes);
    nodes.forEach(AgentNode::close);
  }
}
