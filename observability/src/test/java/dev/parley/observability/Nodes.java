package dev.parley.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Identity;
import dev.parley.PeerAddress;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import reactor.core.publisher.Flux;

/** Real nodes over loopback, closed together. */
final class Nodes implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(90);

  /** What is waited for on a machine that has much else to do. */
  private static final Duration SLOW = Duration.ofSeconds(30);

  private final Deque<AgentNode> nodes = new ArrayDeque<>();

  static AgentNodeBuilder node() {
    return AgentNode.builder()
        .identity(Identity.generate())
        .network("test")
        .transport(
            t -> t.dialling(d -> d.dialTimeout(SLOW)).accepting(a -> a.handshakeTimeout(SLOW)));
  }

  static AgentNodeBuilder listening() {
    return node().listen("127.0.0.1", 0);
  }

  static PeerAddress addressOf(AgentNode node) {
    return new PeerAddress(node.id(), node.addresses().get(0));
  }

  AgentNode start(AgentNodeBuilder builder) {
    return kept(Objects.requireNonNull(builder.start().block(LIMIT)));
  }

  AgentNode start(MeterRegistry registry, AgentNodeBuilder builder) {
    return kept(Objects.requireNonNull(ParleyMetrics.bind(registry).start(builder).block(LIMIT)));
  }

  AgentNode kept(AgentNode node) {
    nodes.push(node);
    return node;
  }

  /** Waits until something is so. */
  static void until(String what, BooleanSupplier so) {
    Boolean reached =
        Flux.interval(Duration.ZERO, Duration.ofMillis(20))
            .onBackpressureDrop()
            .map(tick -> so.getAsBoolean())
            .filter(yes -> yes)
            .next()
            .block(LIMIT);
    assertThat(reached).as(what).isTrue();
  }

  @Override
  public void close() {
    nodes.forEach(AgentNode::close);
  }
}
