package dev.parley.observability;

import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import dev.parley.spi.InteractionModel;
import dev.parley.spi.Link;
import dev.parley.spi.NodeListener;
import dev.parley.spi.NodeListener.DialOutcome;
import dev.parley.spi.NodeListener.HandshakeOutcome;
import dev.parley.spi.NodeListener.Outcome;
import dev.parley.spi.NodeListener.Refusal;
import dev.parley.spi.NodeListener.ResolveOutcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
  private final EnumMeters<ResolveOutcome, Timer> resolves;
  private final EnumMeters<DialOutcome, Timer> dials;
  private final Handshakes dialling;
  private final Handshakes accepting;
  private final EnumMeters<Refusal, Counter> refusals;
  private final EnumMeters<InteractionModel, Counter> retries;
  private final EnumMeters<Refusal, Counter> dropped;
  private final FewValues<Counter> closings;
  private final SharedMeters shared;
  private final DhtMeters dht;

  private ParleyMetrics(MeterRegistry registry, Tags tags) {
    meters = new Meters(registry, tags);
    sends = new MessageTimers(meters, ParleyMeter.SEND);
    receives = new MessageTimers(meters, ParleyMeter.RECEIVE);
    failures = new FailureCounters(meters);
    resolves = new EnumMeters<>(ResolveOutcome.class, v -> meters.timer(ParleyMeter.RESOLVE, v));
    dials = new EnumMeters<>(DialOutcome.class, v -> meters.timer(ParleyMeter.DIAL, v));
    dialling = new Handshakes(meters, "initiator", Words.DIALLING);
    accepting = new Handshakes(meters, "responder", Words.ACCEPTING);
    refusals = new EnumMeters<>(Words.REFUSED, v -> meters.counter(ParleyMeter.REFUSALS, v));
    retries = new EnumMeters<>(InteractionModel.class, v -> meters.counter(ParleyMeter.RETRIES, v));
    dropped =
        new EnumMeters<>(
            Words.SIGNALS_DROPPED, v -> meters.counter(ParleyMeter.SIGNALS_DROPPED, v));
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
   * node's gauges. Cold; errors as {@link AgentNodeBuilder#start} does. A builder keeps its
   * listeners: to start a node of it again, use the same metrics again.
   */
  public Mono<AgentNode> start(AgentNodeBuilder builder) {
    return builder.listener(this).start().doOnNext(this::watch);
  }

  /** The meters of the node's part in the DHT. */
  @Override
  public <T> List<T> listenersTo(Class<T> type) {
    return type.isInstance(dht) ? List.of(type.cast(dht)) : List.of();
  }

  /** Registers the gauges of a node, until it is closed. Once for a node. */
  public void watch(AgentNode node) {
    shared.nodes().add(meters, node);
    node.onClose().doFinally(s -> shared.nodes().remove(meters, node)).subscribe();
  }

  @Override
  public void sent(InteractionModel model, long nanos, Outcome outcome) {
    sends.record(model, nanos, outcome);
    if (outcome instanceof Outcome.Failure failure) {
      failures.sendFailed(model, failure.code(), failure.phase());
    }
  }

  @Override
  public void received(InteractionModel model, long nanos, Outcome outcome) {
    receives.record(model, nanos, outcome);
    if (outcome instanceof Outcome.Failure failure) {
      failures.receiveFailed(model, failure.code());
    }
  }

  @Override
  public void resolved(long nanos, ResolveOutcome outcome) {
    resolves.get(outcome).record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void dialled(long nanos, DialOutcome outcome) {
    dials.get(outcome).record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void handshake(boolean initiator, long nanos, HandshakeOutcome outcome) {
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
  public void refused(Refusal reason) {
    refusals.get(reason).increment();
  }

  @Override
  public void retried(InteractionModel model) {
    retries.get(model).increment();
  }

  @Override
  public void signalDropped(Refusal reason) {
    dropped.get(reason).increment();
  }
}
