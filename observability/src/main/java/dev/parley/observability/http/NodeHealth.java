package dev.parley.observability.http;

import dev.parley.Address;
import dev.parley.node.AgentNode;
import java.util.Objects;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells whether a node is well, on a port of its own: {@code /health/live}, {@code /health/ready}
 * and {@code /health}. It has its own connections and its own thread, so that whoever fills or
 * keeps busy the console's, keeps no probe out.
 *
 * <pre>{@code
 * NodeHealth probe =
 *     NodeHealth.startNow(node, HttpOptions.builder().healthListen(Address.tcp("0.0.0.0", 7481)).build());
 * }</pre>
 *
 * <p>It tells the state of the node and the reasons for it, and names no peer and no address, so it
 * may listen where other machines reach it. Thread-safe; it ends with {@link #close}, not with the
 * node.
 */
public final class NodeHealth implements AutoCloseable {
  private final HttpPort port;

  private NodeHealth(HttpPort port) {
    this.port = port;
  }

  /**
   * Starts at {@link HttpOptions#healthListen}, within the limits of the options. Cold; errors when
   * the address cannot be bound.
   *
   * @throws IllegalArgumentException if the options name no address for it
   */
  public static Mono<NodeHealth> start(AgentNode node, HttpOptions options) {
    if (options.healthListen().isEmpty()) {
      throw new IllegalArgumentException("http.healthListen is empty, must be host:port");
    }
    Address listen = options.healthListen().get(0);
    return Mono.defer(() -> bind(Objects.requireNonNull(node, "node"), options, listen));
  }

  /** The blocking twin of {@link #start}; not for event loops. */
  public static NodeHealth startNow(AgentNode node, HttpOptions options) {
    return Objects.requireNonNull(start(node, options).block(HttpPort.CLOSE_LIMIT));
  }

  private static Mono<NodeHealth> bind(AgentNode node, HttpOptions options, Address listen) {
    HealthExchange exchange =
        new HealthExchange(
            new RequestGuard(options.hostNames()), new HealthProbe(node), new JsonMapper());
    return HttpPort.bind("parley-health", listen, options, exchange::handle).map(NodeHealth::new);
  }

  /** Where it listens, with the port that was bound. */
  public Address address() {
    return port.address();
  }

  /** Closes every connection and stops. Cold; idempotent; never errors. */
  public Mono<Void> closeLater() {
    return port.closeLater();
  }

  /** Closes and waits for it, at most 5 s. Idempotent; not for event loops. */
  @Override
  public void close() {
    closeLater().block(HttpPort.CLOSE_LIMIT);
  }
}
