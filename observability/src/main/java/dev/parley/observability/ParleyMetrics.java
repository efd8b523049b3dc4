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
 * A node's meters in a Micrometer registry; {@link ParleyMeter} lists them. Thread-safe; for one
 * node, though several may share a registry with different {@code tags}.
 *
 * <pre>{@code
 * ParleyMetrics metrics = ParleyMetrics.bind(registry);
 * AgentNode node = metrics.start(AgentNode.builder()...).block();
 * }</pre>
 *
 * <p>Tags have few values, never an agent's id or an address, so the number of meters does not grow
 * with the number of peers. Timers of messages are found without a lookup, and what goes over links
 * is read from the links when the registry is scraped.
 */
public final class ParleyMetrics implements NodeListener {
  private final Meters meters;
  private final MessageTimers sends;
  private final MessageTimers receives;
  private final FewValues<Timer> resolves;
  private final FewValues<Timer> dials;
  private final FewValues<Timer> handshakesOut;
  private final FewValues<Timer> handshakesIn;
  private final FewValues<Counter> refusals;
  private final FewValues<Counter> retries;
  private final FewValues<Counter> dropped;
  private final FewValues<Counter> closings;
  private final LinkTotals links;
  private final DhtMeters dht;

  private ParleyMetrics(MeterRegistry registry, Tags tags) {
    meters = new Meters(registry, tags);
    sends = new MessageTimers(meters, ParleyMeter.SEND, true);
    receives = new MessageTimers(meters, ParleyMeter.RECEIVE, false);
    resolves = new FewValues<>(v -> meters.timer(ParleyMeter.RESOLVE, v));
    dials = new FewValues<>(v -> meters.timer(ParleyMeter.DIAL, v));
    handshakesOut = new FewValues<>(v -> meters.timer(ParleyMeter.HANDSHAKE, "initiator", v));
    handshakesIn = new FewValues<>(v -> meters.timer(ParleyMeter.HANDSHAKE, "responder", v));
    refusals = new FewValues<>(v -> meters.counter(ParleyMeter.REFUSALS, v));
    retries = new FewValues<>(v -> meters.counter(ParleyMeter.RETRIES, v));
    for (InteractionModel model : InteractionModel.values()) {
      var unused = retries.get(MessageTimers.word(model));
    }
    dropped = new FewValues<>(v -> meters.counter(ParleyMeter.SIGNALS_DROPPED, v));
    closings = new FewValues<>(v -> meters.counter(ParleyMeter.LINKS_CLOSED, v));
    links = new LinkTotals(meters);
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
   * Starts the node that {@code builder} describes, with this as its listeners and with the node's
   * gauges. Cold, once only; errors as {@link AgentNode.Builder#start} does. To hear a node besides
   * others, give {@link #dhtListener} and this to it with {@code both}, and call {@link #watch}.
   */
  public Mono<AgentNode> start(AgentNode.Builder builder) {
    return builder.listener(this).dhtListener(dhtListener()).start().doOnNext(this::watch);
  }

  /** Hears what the node's part in the DHT does. */
  public DhtListener dhtListener() {
    return dht;
  }

  /** Registers the gauges of a node, until it is closed. Once only. */
  public void watch(AgentNode node) {
    NodeGauges gauges = new NodeGauges(meters, node);
    node.onClose().doFinally(s -> gauges.remove()).subscribe();
  }

  @Override
  public void sent(
      InteractionModel model, long nanos, @Nullable FailureCode failure, @Nullable Phase phase) {
    sends.record(model, nanos, failure, phase);
  }

  @Override
  public void received(InteractionModel model, long nanos, @Nullable FailureCode failure) {
    receives.record(model, nanos, failure, null);
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
    FewValues.record(initiator ? handshakesOut : handshakesIn, outcome, nanos);
  }

  @Override
  public void linkOpened(Link link) {
    links.opened(link);
  }

  @Override
  public void linkClosed(Link link, String reason) {
    links.closed(link);
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
