package dev.parley.observability;

import dev.parley.FailureCode;
import dev.parley.Phase;
import dev.parley.dht.DhtListener;
import dev.parley.node.AgentNode;
import dev.parley.spi.InteractionModel;
import dev.parley.spi.Link;
import dev.parley.spi.NodeListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A node's meters in a Micrometer registry; {@link ParleyMeter} lists them. Thread-safe.
 *
 * <p>A registry may outlive its nodes and have several: their counts add up, and so do their
 * gauges, unless each is bound with {@code tags} of its own. {@link RuntimeMetrics} has what the
 * JVM and the process use.
 *
 * <pre>{@code
 * ParleyMetrics metrics = ParleyMetrics.bind(registry);
 * AgentNode node = metrics.start(AgentNode.builder()...).block();
 * }</pre>
 *
 * <p>Tags have few values, never an agent's id or an address, so the number of meters does not grow
 * with the number of peers; counters of every known value are there from the start, so that {@code
 * rate} sees the first event. Timers of messages are found without a lookup, and what goes over
 * links is read from the links when the registry is scraped.
 */
public final class ParleyMetrics implements NodeListener {
  private final Meters meters;
  private final MessageTimers sends;
  private final MessageTimers receives;
  private final FailureCounters failures;
  private final FewValues<Timer> resolves;
  private final FewValues<Timer> dials;
  private final Handshakes dialling;
  private final Handshakes accepting;
  private final FewValues<Counter> refusals;
  private final FewValues<Counter> retries;
  private final FewValues<Counter> dropped;
  private final FewValues<Counter> closings;
  private final SharedMeters shared;
  private final DhtMeters dht;

  private ParleyMetrics(MeterRegistry registry, Tags tags) {
    meters = new Meters(registry, tags);
    sends = new MessageTimers(meters, ParleyMeter.SEND);
    receives = new MessageTimers(meters, ParleyMeter.RECEIVE);
    failures = new FailureCounters(meters);
    resolves = new FewValues<>(v -> meters.timer(ParleyMeter.RESOLVE, v)).with(Words.RESOLVED);
    dials = new FewValues<>(v -> meters.timer(ParleyMeter.DIAL, v)).with(Words.DIALLED);
    dialling = new Handshakes(meters, "initiator", Words.DIALLING);
    accepting = new Handshakes(meters, "responder", Words.ACCEPTING);
    refusals = new FewValues<>(v -> meters.counter(ParleyMeter.REFUSALS, v)).with(Words.REFUSED);
    retries = new FewValues<>(v -> meters.counter(ParleyMeter.RETRIES, v));
    for (InteractionModel model : InteractionModel.values()) {
      var unused = retries.get(MessageTimers.word(model));
    }
    dropped =
        new FewValues<>(v -> meters.counter(ParleyMeter.SIGNALS_DROPPED, v))
            .with(Words.SIGNALS_DROPPED);
    closings = new FewValues<>(v -> meters.counter(ParleyMeter.LINKS_CLOSED, v)).with(Words.CLOSED);
    shared = SharedMeters.of(registry, tags);
    shared.links().register(meters);
    dht = new DhtMeters(meters);
  }

  /** Binds a node's meters to a registry. */
  public static ParleyMetrics bind(MeterRegistry registry) {
    return bind(registry, Tags.empty());
  }

  /** Binds a node's meters to a registry, each with {@code tags}. */
  public static ParleyMetrics bind(MeterRegistry registry, Tags tags) {
    return new ParleyMetrics(registry, tags);
  }

  /**
   * Starts the node that {@code builder} describes, with this among its listeners and with the
   * node's gauges. Cold; errors as {@link AgentNode.Builder#start} does. A builder keeps its
   * listeners: to start a node of it again, use the same metrics again.
   */
  public Mono<AgentNode> start(AgentNode.Builder builder) {
    return builder.listener(this).dhtListener(dhtListener()).start().doOnNext(this::watch);
  }

  /** Hears what the node's part in the DHT does. */
  public DhtListener dhtListener() {
    return dht;
  }

  /** Registers the gauges of a node, until it is closed. Once for a node. */
  public void watch(AgentNode node) {
    shared.nodes().add(meters, node);
    node.onClose().doFinally(s -> shared.nodes().remove(meters, node)).subscribe();
  }

  @Override
  public void sent(
      InteractionModel model, long nanos, @Nullable FailureCode failure, @Nullable Phase phase) {
    sends.record(model, nanos, failure, phase);
    if (failure != null && phase != null) {
      failures.sendFailed(model, failure, phase);
    }
  }

  @Override
  public void received(InteractionModel model, long nanos, @Nullable FailureCode failure) {
    receives.record(model, nanos, failure, null);
    if (failure != null) {
      failures.receiveFailed(model, failure);
    }
  }

  @Override
  public void resolved(long nanos, String outcome) {
    FewValues.record(resolves, outcome, nanos);
  }

  @Override
  public void dialled(long nanos, String outcome) {
    FewValues.record(dials, outcome, nanos);
  }

  @Override
  public void handshake(boolean initiator, long nanos, String outcome) {
    (initiator ? dialling : accepting).ended(nanos, outcome);
  }

  @Override
  public void linkOpened(Link link) {
    shared.links().opened(meters, link);
  }

  @Override
  public void linkClosed(Link link, String reason) {
    shared.links().closed(meters, link);
    closings.get(reason).increment();
  }

  @Override
  public void refused(String reason) {
    refusals.get(reason).increment();
  }

  @Override
  public void retried(InteractionModel model) {
    retries.get(MessageTimers.word(model)).increment();
  }

  @Override
  public void signalDropped(String reason) {
    dropped.get(reason).increment();
  }
}
