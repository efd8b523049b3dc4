package dev.parley.observability.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.parley.Address;
import dev.parley.node.AgentNode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/**
 * Shows a node over HTTP: the console at {@code /}, what it draws at {@code /api/snapshot} and
 * {@code /events}, {@code /metrics} for Prometheus, {@code /health}, {@code /health/live} and
 * {@code /health/ready}, which {@link NodeHealth} answers on a port of its own.
 *
 * <pre>{@code
 * ConsoleListener activity = ConsoleListener.create();
 * AgentNode node = AgentNode.builder().listener(activity) ... .start().block();
 * NodeHttp http = NodeHttp.builder(node, activity).metrics(registry::scrape).start().block();
 * }</pre>
 *
 * <p>There is no login: it listens on loopback unless {@link HttpOptions#allowRemote} is set. It
 * takes GET and HEAD only and changes nothing. Thread-safe; it has a thread of its own for
 * connections and one for its clock, and ends with {@link #close}, not with the node.
 */
public final class NodeHttp implements AutoCloseable {
  private final HttpPort port;
  private final Disposable sampling;
  private final Scheduler clock;

  private NodeHttp(HttpPort port, Disposable sampling, Scheduler clock) {
    this.port = port;
    this.sampling = sampling;
    this.clock = clock;
  }

  /** Starts to configure a server for a node, and the listener that the node was built with. */
  public static Builder builder(AgentNode node, ConsoleListener listener) {
    return new Builder(node, listener);
  }

  /** Where it listens, with the port that was bound. */
  public Address address() {
    return port.address();
  }

  /** The console's address, for a browser. */
  public String url() {
    return "http://" + address() + "/";
  }

  /** Closes every connection and stops. Cold; idempotent; never errors. */
  public Mono<Void> closeLater() {
    return Mono.defer(
        () -> {
          sampling.dispose();
          return port.closeLater().doFinally(signal -> clock.dispose());
        });
  }

  /** Closes and waits for it, at most 5 s. Idempotent; not for event loops. */
  @Override
  public void close() {
    closeLater().block(HttpPort.CLOSE_LIMIT);
  }

  /** Configures a {@link NodeHttp}. Not thread-safe. */
  public static final class Builder {
    private final AgentNode node;
    private final ConsoleListener listener;
    private HttpOptions options = HttpOptions.defaults();
    private @Nullable MetricsSource metrics;

    private Builder(AgentNode node, ConsoleListener listener) {
      this.node = Objects.requireNonNull(node, "node");
      this.listener = Objects.requireNonNull(listener, "listener");
    }

    /** Where to listen, and what to take at most; {@link HttpOptions#defaults()} unless said. */
    public Builder options(HttpOptions value) {
      this.options = Objects.requireNonNull(value, "options");
      return this;
    }

    /**
     * What {@code /metrics} tells, such as {@code PrometheusMeterRegistry::scrape}; none unless
     * said.
     */
    public Builder metrics(MetricsSource value) {
      this.metrics = Objects.requireNonNull(value, "metrics");
      return this;
    }

    /** Starts the server. Cold, once only; errors when the address cannot be bound. */
    public Mono<NodeHttp> start() {
      return Mono.defer(this::bind);
    }

    private Mono<NodeHttp> bind() {
      JsonMapper json =
          JsonMapper.builder()
              .changeDefaultPropertyInclusion(
                  old -> old.withValueInclusion(JsonInclude.Include.NON_NULL))
              .build();
      Scheduler clock = Schedulers.newSingle("parley-http-clock", true);
      HealthProbe probe = new HealthProbe(node);
      RequestGuard guard = new RequestGuard(options.hostNames());
      Snapshots snapshots = new Snapshots(node, probe, listener, options, clock);
      Feed feed = new Feed(snapshots, listener, options, clock, System::nanoTime, json);
      Exchange exchange =
          new Exchange(
              guard,
              new HealthExchange(guard, probe, json),
              feed,
              metrics,
              Schedulers.boundedElastic());
      return HttpPort.bind("parley-http", options.listen(), options, exchange::handle)
          .map(port -> new NodeHttp(port, feed.start(), clock))
          .doOnError(e -> clock.dispose());
    }
  }
}
