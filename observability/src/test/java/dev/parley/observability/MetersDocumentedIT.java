package dev.parley.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.SendOptions;
import dev.parley.dht.DhtStats;
import dev.parley.dht.port.DhtListener;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.file.FileSharing;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import dev.parley.node.dht.Dht;
import dev.parley.spi.InteractionModel;
import dev.parley.spi.Link;
import dev.parley.spi.NodeListener;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What real nodes register, and where what goes wrong shows up: what the runbooks rely on. */
@Timeout(600)
class MetersDocumentedIT {
  private static final SendOptions SOON = SendOptions.timeout(Duration.ofSeconds(60));

  private final MeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Nodes nodes = new Nodes();

  @AfterEach
  void close() {
    nodes.close();
  }

  private double count(ParleyMeter meter, String... tags) {
    return registry.find(meter.meterName()).tags(tags).meters().stream()
        .flatMap(m -> StreamSupport.stream(m.measure().spliterator(), false))
        .filter(m -> m.getStatistic() == Statistic.COUNT)
        .mapToDouble(m -> m.getValue())
        .sum();
  }

  private static FailureCode failure(Mono<?> send) {
    return send.then(Mono.<FailureCode>empty())
        .onErrorResume(MessagingException.class, e -> Mono.just(e.code()))
        .blockOptional(Nodes.LIMIT)
        .orElseThrow();
  }

  @Test
  void whatIsRegisteredIsDocumentedAndWhatIsDocumentedIsRegistered() {
    AgentNode bob =
        nodes.start(
            registry,
            Nodes.listening()
                .with(Dht.defaults())
                .with(FileSharing.defaults())
                .receive(in -> Mono.just(in.message()))
                .receiveSignals("known", in -> Mono.empty()));
    MeterRegistry alices = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    ParleyMetrics metrics = ParleyMetrics.bind(alices);
    AgentNode alice =
        nodes.kept(
            metrics
                .start(Nodes.listening().with(Dht.seeds(Nodes.addressOf(bob))))
                .block(Nodes.LIMIT));
    alice.send(bob.id(), Message.text("hello"), SOON).block(Nodes.LIMIT);
    alice.signal(bob.id(), Message.text("?"), SOON.route("unknown")).block(Nodes.LIMIT);
    AgentId nobody = Identity.generate().id();
    assertThat(failure(alice.send(nobody, Message.empty(), SOON)))
        .isEqualTo(FailureCode.AGENT_NOT_FOUND);
    metrics.retried(InteractionModel.REQUEST);
    Nodes.until("dropped", () -> count(ParleyMeter.SIGNALS_DROPPED) > 0);
    Nodes.until("stored", () -> count(ParleyMeter.DHT_PUTS) > 0);
    alice.links().forEach(link -> link.closeGracefully(Duration.ofSeconds(1)).subscribe());
    Nodes.until("closed", () -> count(ParleyMeter.LINKS_CLOSED) > 0);

    Set<String> registered = new TreeSet<>(Set.of(ParleyMeter.BUILD_INFO.meterName()));
    List<Meter> all = new ArrayList<>(registry.getMeters());
    all.addAll(alices.getMeters());
    for (Meter meter : all) {
      registered.add(meter.getId().getName());
      ParleyMeter documented = documented(meter.getId().getName());
      assertThat(meter.getId().getTags().stream().map(Tag::getKey))
          .as(meter.getId().getName())
          .containsExactlyInAnyOrderElementsOf(documented.tags());
      assertThat(meter.getId().getDescription()).isEqualTo(documented.description());
      if (documented.kind() != ParleyMeter.Kind.TIMER) {
        assertThat(meter.getId().getBaseUnit())
            .isEqualTo(documented.unit().isEmpty() ? null : documented.unit());
      }
    }
    // Links come and go with the DHT's own needs.
    registered.add(ParleyMeter.LINKS.meterName());
    assertThat(registered)
        .containsExactlyInAnyOrderElementsOf(
            Set.of(ParleyMeter.values()).stream()
                .map(ParleyMeter::meterName)
                .collect(Collectors.toSet()));
  }

  private static ParleyMeter documented(String name) {
    for (ParleyMeter meter : ParleyMeter.values()) {
      if (meter.meterName().equals(name)) {
        return meter;
      }
    }
    throw new AssertionError(name + " is registered and not documented");
  }

  @Test
  void theDocumentListsEveryMeter() throws IOException {
    StringBuilder table = new StringBuilder();
    for (ParleyMeter m : ParleyMeter.values()) {
      table
          .append("| `")
          .append(m.meterName())
          .append("` | `")
          .append(m.prometheusName())
          .append("` | ")
          .append(MessageTimers.word(m.kind()))
          .append(" | ")
          .append(m.tags().stream().map(t -> "`" + t + "`").collect(Collectors.joining(", ")))
          .append(" | ")
          .append(m.description())
          .append(" |\n");
    }
    Path document = Path.of("..", "docs", "metrics.md");

    assertThat(Files.readString(document)).contains(table.toString());
  }

  @Test
  void aHandlerThatThrowsIsARemoteFailure() {
    AgentNode bob =
        nodes.start(
            registry,
            Nodes.listening()
                .receive(
                    in -> {
                      throw new IllegalStateException("a bug");
                    }));
    AgentNode alice = nodes.start(Nodes.node().peer(Nodes.addressOf(bob)));

    assertThat(failure(alice.send(bob.id(), Message.empty(), SOON)))
        .isEqualTo(FailureCode.REMOTE_FAILURE);

    assertThat(count(ParleyMeter.RECEIVE, "outcome", "failed")).isOne();
    assertThat(count(ParleyMeter.RECEIVE_FAILURES, "code", "remote_failure")).isOne();
  }

  @Test
  void aHandlerThatRefusesIsCountedUnderItsOwnCode() {
    AgentNode bob =
        nodes.start(
            registry,
            Nodes.listening().receive(in -> Mono.error(HandlerFailure.rejected("closed"))));
    AgentNode alice = nodes.start(Nodes.node().peer(Nodes.addressOf(bob)));

    failure(alice.send(bob.id(), Message.empty(), SOON));

    assertThat(count(ParleyMeter.RECEIVE_FAILURES, "code", "rejected")).isOne();
    assertThat(count(ParleyMeter.RECEIVE_FAILURES, "code", "remote_failure")).isZero();
  }

  @Test
  void aPeerOfAnotherNetworkIsRefusedAndCounted() {
    AgentNode bob = nodes.start(registry, Nodes.listening());
    AgentNode stranger =
        nodes.start(
            AgentNode.builder()
                .identity(Identity.generate())
                .network("another")
                .peer(Nodes.addressOf(bob)));

    failure(stranger.send(bob.id(), Message.empty(), SOON));

    Nodes.until("refused", () -> count(ParleyMeter.REFUSALS, "reason", "handshake") > 0);
    assertThat(count(ParleyMeter.HANDSHAKE_FAILURES, "role", "responder", "reason", "bad_mac1"))
        .isPositive();
  }

  @Test
  void anOverloadIsCountedOnBothSides() {
    Sinks.One<Message> answer = Sinks.one();
    AgentNode bob =
        nodes.start(
            registry,
            Nodes.listening()
                .limits(l -> l.maxConcurrentHandlers(1))
                .receive(in -> answer.asMono()));
    MeterRegistry callers = new SimpleMeterRegistry();
    AgentNode alice =
        nodes.start(
            callers, Nodes.node().limits(l -> l.maxConcurrentSends(2)).peer(Nodes.addressOf(bob)));
    Mono<Message> first = alice.send(bob.id(), Message.empty(), SOON).cache();
    first.subscribe(a -> {}, e -> {});
    Nodes.until("running", () -> used("maxConcurrentHandlers") == 1);
    assertThat(registry.get("parley.bound.limit").tag("option", "maxConcurrentHandlers").gauge())
        .satisfies(gauge -> assertThat(gauge.value()).isEqualTo(1));

    assertThat(failure(alice.send(bob.id(), Message.empty(), SOON)))
        .isEqualTo(FailureCode.OVERLOADED);
    answer.tryEmitValue(Message.empty());
    first.block(Nodes.LIMIT);

    assertThat(count(ParleyMeter.REFUSALS, "reason", "overloaded")).isOne();
    assertThat(callers.get("parley.send.failures").tag("code", "overloaded").counters())
        .anyMatch(counter -> counter.count() == 1);
    Nodes.until("free", () -> used("maxConcurrentHandlers") == 0);
  }

  private double used(String option) {
    return registry.get("parley.bound.used").tag("option", option).gauge().value();
  }

  @Test
  void aFullConnectionTableShowsUp() {
    AgentNode bob =
        nodes.start(
            registry,
            Nodes.listening()
                .transport(t -> t.limits(l -> l.maxConnections(1)))
                .receive(in -> Mono.just(in.message())));
    AgentNode first = nodes.start(Nodes.node().peer(Nodes.addressOf(bob)));
    AgentNode second = nodes.start(Nodes.node().peer(Nodes.addressOf(bob)));
    first.send(bob.id(), Message.empty(), SOON).block(Nodes.LIMIT);

    failure(second.send(bob.id(), Message.empty(), SOON));

    assertThat(count(ParleyMeter.REFUSALS, "reason", "max_connections")).isPositive();
    assertThat(used("maxConnections")).isEqualTo(1);
  }

  @Test
  void theGaugesOfAClosedNodeAreGone() {
    AgentNode bob =
        nodes.start(
            registry,
            Nodes.listening().with(Dht.defaults()).receive(in -> Mono.just(in.message())));
    AgentNode alice = nodes.start(Nodes.node().peer(Nodes.addressOf(bob)));
    alice.send(bob.id(), Message.empty(), SOON).block(Nodes.LIMIT);
    assertThat(registry.find("parley.links").gauges()).isNotEmpty();
    assertThat(registry.find("parley.dht.state").gauges()).hasSize(DhtStats.Health.values().length);

    bob.closeLater().block(Nodes.LIMIT);

    // The node is closed a moment before whoever waits for that is told.
    Nodes.until("gauges gone", () -> gauges().equals(Set.of("parley.outbound.pending")));
  }

  /** A registry keeps what it was given first, and takes away by name. */
  @Test
  void theGaugesOfASecondNodeAddUpAndStayWhenTheFirstIsClosed() {
    AgentNode first =
        nodes.start(registry, Nodes.listening().limits(l -> l.maxConcurrentSends(10)));
    double memory = registry.get("parley.direct.memory.limit").gauge().value();
    nodes.start(registry, Nodes.listening().limits(l -> l.maxConcurrentSends(32)));

    assertThat(limit("maxConcurrentSends")).isEqualTo(42);
    assertThat(registry.get("parley.direct.memory.limit").gauge().value()).isEqualTo(memory);

    first.closeLater().block(Nodes.LIMIT);

    Nodes.until("of the second alone", () -> limit("maxConcurrentSends") == 32);
  }

  private double limit(String option) {
    return registry.get("parley.bound.limit").tag("option", option).gauge().value();
  }

  @Test
  void aNodeThatIsRestartedThreeTimesIsCountedOn() {
    AgentNode bob = nodes.start(Nodes.listening().receive(in -> Mono.just(in.message())));
    ParleyMetrics metrics = ParleyMetrics.bind(registry);
    AgentNodeBuilder builder = Nodes.node().peer(Nodes.addressOf(bob));
    for (int run = 1; run <= 3; run++) {
      AgentNode alice = nodes.kept(metrics.start(builder).block(Nodes.LIMIT));
      alice.send(bob.id(), Message.text("hello"), SOON).block(Nodes.LIMIT);

      assertThat(registry.get("parley.messages").tag("direction", "out").functionCounter())
          .extracting(FunctionCounter::count)
          .isEqualTo((double) run);
      assertThat(count(ParleyMeter.SEND, "outcome", "ok")).isEqualTo(run);
      double messages =
          registry.get("parley.messages").tag("direction", "out").functionCounter().count();
      alice.closeLater().block(Nodes.LIMIT);
      assertThat(registry.get("parley.messages").tag("direction", "out").functionCounter().count())
          .isEqualTo(messages)
          .isEqualTo(run);
    }
  }

  @Test
  void startKeepsTheListenersThatTheBuilderHas() {
    AgentNode bob =
        nodes.start(Nodes.listening().with(Dht.defaults()).receive(in -> Mono.just(in.message())));
    AtomicInteger links = new AtomicInteger();
    AtomicInteger dht = new AtomicInteger();
    DhtListener ownDht =
        new DhtListener() {
          @Override
          public void called(DhtRequest.Op op, boolean warm, long nanos, String outcome) {
            dht.incrementAndGet();
          }
        };
    NodeListener own =
        new NodeListener() {
          @Override
          public void linkOpened(Link link) {
            links.incrementAndGet();
          }

          @Override
          public <T> List<T> listenersTo(Class<T> type) {
            return type == DhtListener.class ? List.of(type.cast(ownDht)) : List.of();
          }
        };
    AgentNode alice =
        nodes.start(
            registry, Nodes.listening().listener(own).with(Dht.seeds(Nodes.addressOf(bob))));
    alice.send(bob.id(), Message.text("hello"), SOON).block(Nodes.LIMIT);
    alice.online().block(Nodes.LIMIT);

    assertThat(links.get()).isPositive();
    assertThat(dht.get()).isPositive();
    assertThat(count(ParleyMeter.SEND, "outcome", "ok")).isOne();
    assertThat(count(ParleyMeter.DHT_RPC)).isPositive();
  }

  private Set<String> gauges() {
    return registry.getMeters().stream()
        .filter(m -> m.getId().getType() == Meter.Type.GAUGE)
        .map(m -> m.getId().getName())
        .collect(Collectors.toSet());
  }
}
