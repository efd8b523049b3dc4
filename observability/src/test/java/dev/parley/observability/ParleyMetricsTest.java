package dev.parley.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.Phase;
import dev.parley.dht.port.DhtListener;
import dev.parley.dht.port.DhtRpcException;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.spi.InteractionModel;
import dev.parley.spi.Link;
import dev.parley.spi.NodeListener.DialOutcome;
import dev.parley.spi.NodeListener.HandshakeOutcome;
import dev.parley.spi.NodeListener.Outcome;
import dev.parley.spi.NodeListener.Refusal;
import dev.parley.spi.NodeListener.ResolveOutcome;
import dev.parley.testkit.StubLink;
import dev.parley.transport.session.CloseCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ParleyMetricsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ParleyMetrics metrics = ParleyMetrics.bind(registry);

  @Test
  void countsMessagesByModelAndOutcome() {
    metrics.sent(InteractionModel.REQUEST, 1_000_000, Outcome.success());
    metrics.sent(InteractionModel.REQUEST, 2_000_000, Outcome.cancelled(Phase.AWAIT));
    metrics.sent(
        InteractionModel.SIGNAL, 3_000_000, Outcome.failure(FailureCode.TIMEOUT, Phase.SEND));
    metrics.received(
        InteractionModel.REQUEST,
        4_000_000,
        Outcome.failure(FailureCode.REMOTE_FAILURE, Phase.AWAIT));

    assertThat(timer("parley.send", "model", "request", "outcome", "ok").count()).isOne();
    assertThat(timer("parley.send", "model", "request", "outcome", "cancelled").count()).isOne();
    assertThat(timer("parley.send", "model", "signal", "outcome", "failed").count()).isOne();
    assertThat(timer("parley.receive", "model", "request", "outcome", "failed").count()).isOne();
    assertThat(counter("parley.send.failures", "model", "signal", "code", "timeout").count())
        .isOne();
    assertThat(counter("parley.receive.failures", "code", "remote_failure").count()).isOne();
  }

  private Timer timer(String name, String... tags) {
    return registry.get(name).tags(tags).timer();
  }

  /** The one of these tags that counted something. */
  private Counter counter(String name, String... tags) {
    return registry.get(name).tags(tags).counters().stream()
        .filter(counter -> counter.count() > 0)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void everyFailureHasACounterOfItsOwn() {
    for (FailureCode code : FailureCode.values()) {
      for (Phase phase : Phase.values()) {
        metrics.sent(InteractionModel.REQUEST, 1, Outcome.failure(code, phase));
      }
    }

    assertThat(registry.get("parley.send.failures").tag("model", "request").counters())
        .hasSize(FailureCode.values().length * Phase.values().length)
        .allMatch(counter -> counter.count() == 1);
  }

  /** What appears with its first event hides it from {@code rate}. */
  @Test
  void whatIsKnownToHappenIsRegisteredAtTheStart() {
    Set<Meter.Id> before = ids();
    for (InteractionModel model : InteractionModel.values()) {
      metrics.retried(model);
      metrics.sent(model, 1, Outcome.cancelled(Phase.SEND));
      metrics.received(model, 1, Outcome.cancelled(Phase.AWAIT));
      for (FailureCode code : FailureCode.values()) {
        metrics.received(model, 1, Outcome.failure(code, Phase.AWAIT));
        for (Phase phase : Phase.values()) {
          metrics.sent(model, 1, Outcome.failure(code, phase));
        }
      }
    }
    Words.ACCEPTING.forEach(outcome -> metrics.handshake(false, 1, outcome));
    Words.DIALLING.forEach(outcome -> metrics.handshake(true, 1, outcome));
    Words.REFUSED.forEach(metrics::refused);
    Words.SIGNALS_DROPPED.forEach(metrics::signalDropped);
    for (ResolveOutcome outcome : ResolveOutcome.values()) {
      metrics.resolved(1, outcome);
    }
    for (DialOutcome outcome : DialOutcome.values()) {
      metrics.dialled(1, outcome);
    }
    StubLink link = link(1);
    for (CloseCode code : CloseCode.values()) {
      metrics.linkOpened(link);
      metrics.linkClosed(link, "peer_" + MessageTimers.word(code));
    }
    for (DhtRequest.Op op : DhtRequest.Op.values()) {
      for (DhtRpcException.Kind kind : DhtRpcException.Kind.values()) {
        metrics.listenersTo(DhtListener.class).get(0).called(op, true, 1, kind.name());
        metrics.listenersTo(DhtListener.class).get(0).called(op, false, 1, "refused");
      }
    }

    assertThat(ids()).isEqualTo(before);
  }

  private Set<Meter.Id> ids() {
    return registry.getMeters().stream().map(Meter::getId).collect(Collectors.toSet());
  }

  /** docs/metrics.md says how many time series a node has. */
  @Test
  void aNodeHasAsManyTimeSeriesAsIsSaid() throws IOException {
    PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    ParleyMetrics.bind(prometheus);
    long series = prometheus.scrape().lines().filter(line -> !line.startsWith("#")).count();

    assertThat(series).isBetween(1_500L, 1_900L);
    assertThat(Files.readString(Path.of("..", "docs", "metrics.md")))
        .contains("about 1,700 time series");
  }

  @Test
  void countsOfARestartedNodeGoOn() {
    for (int restart = 1; restart <= 3; restart++) {
      ParleyMetrics again = ParleyMetrics.bind(registry);
      StubLink link = link(10);
      again.linkOpened(link);
      assertThat(bytes("out")).isEqualTo(10 * restart);
      assertThat(registry.get("parley.links").gauge().value()).isEqualTo(1);
      again.linkClosed(link, "shutdown");
      assertThat(bytes("out")).isEqualTo(10 * restart);
    }
  }

  @Test
  void countsOfTwoNodesInOneRegistryAddUp() {
    ParleyMetrics other = ParleyMetrics.bind(registry);
    StubLink first = link(10);
    StubLink second = link(32);
    metrics.linkOpened(first);
    other.linkOpened(second);

    assertThat(bytes("out")).isEqualTo(42);
    assertThat(registry.get("parley.links").gauge().value()).isEqualTo(2);
    metrics.linkClosed(first, "local");
    assertThat(bytes("out")).isEqualTo(42);
    assertThat(registry.get("parley.links").gauge().value()).isEqualTo(1);
  }

  @Test
  void tagsTellTwoNodesOfOneRegistryApart() {
    ParleyMetrics alice = ParleyMetrics.bind(registry, Tags.of("node", "alice"));
    ParleyMetrics bob = ParleyMetrics.bind(registry, Tags.of("node", "bob"));
    alice.linkOpened(link(10));
    bob.linkOpened(link(32));

    assertThat(registry.get("parley.bytes").tags("node", "bob", "direction", "out"))
        .satisfies(found -> assertThat(found.functionCounter().count()).isEqualTo(32));
  }

  /** Nothing that is kept for a registry keeps it. */
  @Test
  void aRegistryThatIsGivenUpIsCollected() {
    WeakReference<MeterRegistry> reference = new WeakReference<>(usedRegistry());

    Nodes.until(
        "collected",
        () -> {
          System.gc();
          return reference.get() == null;
        });
  }

  private static MeterRegistry usedRegistry() {
    MeterRegistry used = new SimpleMeterRegistry();
    ParleyMetrics metrics = ParleyMetrics.bind(used);
    StubLink link = link(1);
    metrics.linkOpened(link);
    metrics.linkClosed(link, "idle");
    return used;
  }

  private static StubLink link(long wireBytes) {
    return link(new Link.Stats(1, 1, 1, 1, wireBytes, wireBytes, 1));
  }

  private static StubLink link(Link.Stats stats) {
    return StubLink.dialled(Identity.generate().id()).counting(() -> stats);
  }

  @Test
  void sumsLinksAndKeepsTheCountsOfThoseThatAreGone() {
    StubLink first = link(new Link.Stats(1, 2, 0, 0, 30, 40, 5, 6, 7));
    StubLink second = link(new Link.Stats(1, 2, 0, 0, 30, 40, 5, 6, 7));
    metrics.linkOpened(first);
    metrics.linkOpened(second);
    assertThat(registry.get("parley.links").tag("kind", "tcp").gauge().value()).isEqualTo(2);
    assertThat(registry.get("parley.outbound.pending").gauge().value()).isEqualTo(10);

    metrics.linkClosed(first, "idle");

    assertThat(registry.get("parley.links").tag("kind", "tcp").gauge().value()).isEqualTo(1);
    assertThat(registry.get("parley.outbound.pending").gauge().value()).isEqualTo(5);
    assertThat(bytes("out")).isEqualTo(60);
    assertThat(bytes("in")).isEqualTo(80);
    assertThat(registry.get("parley.messages").tag("direction", "in").functionCounter().count())
        .isEqualTo(14);
    assertThat(registry.get("parley.records").tag("direction", "out").functionCounter().count())
        .isEqualTo(2);
    assertThat(registry.get("parley.links.closed").tag("reason", "idle").counter().count()).isOne();
  }

  private double bytes(String direction) {
    return registry.get("parley.bytes").tag("direction", direction).functionCounter().count();
  }

  @Test
  void theGaugeOfLinksGoesWithTheLastOfThem() {
    StubLink link = link(new Link.Stats(1, 1, 1, 1, 1, 1, 1));
    metrics.linkOpened(link);
    metrics.linkOpened(link);
    assertThat(registry.find("parley.links").gauges()).hasSize(1);

    metrics.linkClosed(link, "local");
    metrics.linkClosed(link, "local");

    assertThat(registry.find("parley.links").gauges()).isEmpty();
    assertThat(bytes("out")).isEqualTo(1);
    metrics.linkOpened(link);
    assertThat(registry.get("parley.links").gauge().value()).isEqualTo(1);
  }

  @Test
  void staysFlatWithAThousandPeers() {
    List<String> ids = new ArrayList<>();
    round(ids);
    int before = registry.getMeters().size();

    for (int i = 0; i < 1_000; i++) {
      round(ids);
    }

    assertThat(ids).hasSize(1_001).doesNotHaveDuplicates();
    assertThat(registry.getMeters()).hasSize(before);
    assertThat(tagValues()).noneMatch(value -> ids.stream().anyMatch(value::contains));
  }

  /** What happens with one peer, and that its link stays open. */
  private void round(List<String> ids) {
    StubLink link = link(new Link.Stats(1, 1, 1, 1, 1, 1, 1));
    ids.add(link.peer().toString());
    metrics.resolved(1, ResolveOutcome.FOUND);
    metrics.dialled(1, DialOutcome.CONNECTED);
    metrics.handshake(true, 1, HandshakeOutcome.OK);
    metrics.linkOpened(link);
    metrics.sent(InteractionModel.REQUEST, 1, Outcome.success());
    metrics.sent(InteractionModel.REQUEST, 1, Outcome.failure(FailureCode.TIMEOUT, Phase.AWAIT));
    metrics.received(InteractionModel.SIGNAL, 1, Outcome.success());
    metrics.refused(Refusal.HANDSHAKE);
    metrics.signalDropped(Refusal.NO_RECEIVER);
  }

  private List<String> tagValues() {
    return registry.getMeters().stream()
        .map(Meter::getId)
        .flatMap(id -> id.getTags().stream())
        .map(tag -> tag.getValue())
        .distinct()
        .collect(Collectors.toList());
  }

  @Test
  void wordsWithoutEndAreCountedTogether() {
    StubLink link = link(1);
    metrics.linkOpened(link);
    for (int i = 0; i < 10_000; i++) {
      metrics.linkClosed(link, "reason " + i);
    }

    assertThat(registry.get("parley.links.closed").counters())
        .hasSizeLessThanOrEqualTo(FewValues.MAX_VALUES + 1);
    assertThat(registry.get("parley.links.closed").tag("reason", "other").counter().count())
        .isEqualTo(10_000 - FewValues.MAX_VALUES + Words.CLOSED.size());
  }
}
