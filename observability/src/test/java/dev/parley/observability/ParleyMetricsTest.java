package dev.parley.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.Phase;
import dev.parley.spi.InteractionModel;
import dev.parley.spi.LinkStats;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ParleyMetricsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ParleyMetrics metrics = ParleyMetrics.bind(registry);

  @Test
  void countsMessagesByModelAndFailure() {
    metrics.sent(InteractionModel.REQUEST, 1_000_000, null, null);
    metrics.sent(InteractionModel.REQUEST, 2_000_000, null, Phase.AWAIT);
    metrics.sent(InteractionModel.SIGNAL, 3_000_000, FailureCode.TIMEOUT, Phase.SEND);
    metrics.received(InteractionModel.REQUEST, 4_000_000, FailureCode.REMOTE_FAILURE);

    assertThat(
            registry
                .get("parley.send")
                .tags("model", "request", "outcome", "ok", "code", "none", "phase", "none")
                .timer()
                .count())
        .isOne();
    assertThat(registry.get("parley.send").tags("outcome", "cancelled").timer().count()).isOne();
    assertThat(
            registry
                .get("parley.send")
                .tags("model", "signal", "outcome", "failed", "code", "timeout", "phase", "send")
                .timer()
                .count())
        .isOne();
    assertThat(registry.get("parley.receive").tags("code", "remote_failure").timer().count())
        .isOne();
  }

  @Test
  void everyFailureHasATimerOfItsOwn() {
    for (FailureCode code : FailureCode.values()) {
      for (Phase phase : Phase.values()) {
        metrics.sent(InteractionModel.REQUEST, 1, code, phase);
      }
    }

    assertThat(registry.get("parley.send").tag("outcome", "failed").timers())
        .hasSize(FailureCode.values().length * Phase.values().length)
        .allMatch(timer -> timer.count() == 1);
  }

  @Test
  void sumsLinksAndKeepsTheCountsOfThoseThatAreGone() {
    CountingLink first =
        new CountingLink(Identity.generate().id(), new LinkStats(1, 2, 0, 0, 30, 40, 5, 6, 7));
    CountingLink second =
        new CountingLink(Identity.generate().id(), new LinkStats(1, 2, 0, 0, 30, 40, 5, 6, 7));
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
    CountingLink link =
        new CountingLink(Identity.generate().id(), new LinkStats(1, 1, 1, 1, 1, 1, 1));
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
    CountingLink link =
        new CountingLink(Identity.generate().id(), new LinkStats(1, 1, 1, 1, 1, 1, 1));
    ids.add(link.peer().toString());
    metrics.resolved(1, "found");
    metrics.dialled(1, "connected");
    metrics.handshake(true, 1, "ok");
    metrics.linkOpened(link);
    metrics.sent(InteractionModel.REQUEST, 1, null, null);
    metrics.sent(InteractionModel.REQUEST, 1, FailureCode.TIMEOUT, Phase.AWAIT);
    metrics.received(InteractionModel.SIGNAL, 1, null);
    metrics.refused("bad_mac1");
    metrics.signalDropped("no_receiver");
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
    for (int i = 0; i < 10_000; i++) {
      metrics.refused("reason " + i);
    }

    assertThat(registry.get("parley.refusals").counters())
        .hasSizeLessThanOrEqualTo(FewValues.MAX_VALUES + 1);
    assertThat(registry.get("parley.refusals").tag("reason", "other").counter().count())
        .isEqualTo(10_000 - FewValues.MAX_VALUES);
  }
}
