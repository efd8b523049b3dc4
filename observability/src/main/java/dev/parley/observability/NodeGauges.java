package dev.parley.observability;

import dev.parley.dht.DhtSnapshot;
import dev.parley.node.AgentNode;
import dev.parley.node.Bound;
import dev.parley.transport.rsocket.DirectMemory;
import io.micrometer.core.instrument.Gauge;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What is read from a running node when the registry is scraped. */
final class NodeGauges {
  private final Meters meters;
  private final AgentNode node;
  private final List<Gauge> gauges = new ArrayList<>();

  NodeGauges(Meters meters, AgentNode node) {
    this.meters = meters;
    this.node = node;
    for (Bound bound : node.bounds()) {
      String option = bound.option();
      add(ParleyMeter.BOUND_USED, n -> used(n, option), option);
      add(ParleyMeter.BOUND_LIMIT, n -> bound.limit(), option);
    }
    add(ParleyMeter.EVENT_LOOP_TASKS, AgentNode::pendingTasks);
    add(ParleyMeter.DIRECT_MEMORY, n -> DirectMemory.usedBytes());
    add(ParleyMeter.DIRECT_MEMORY_LIMIT, n -> DirectMemory.limitBytes());
    node.dht().ifPresent(dht -> dhtGauges(new DhtSamples(dht, node, meters.registry())));
  }

  private void dhtGauges(DhtSamples samples) {
    for (DhtSamples.State state : DhtSamples.State.values()) {
      add(ParleyMeter.DHT_STATE, n -> samples.state() == state ? 1 : 0, MessageTimers.word(state));
    }
    sample(ParleyMeter.DHT_SERVER, samples, s -> s.server() ? 1 : 0);
    sample(ParleyMeter.DHT_CONTACTS, samples, DhtSamples::live, "live");
    sample(
        ParleyMeter.DHT_CONTACTS,
        samples,
        s -> s.contacts().size() - DhtSamples.live(s),
        "reserve");
    sample(ParleyMeter.DHT_NETWORK, samples, DhtSnapshot::networkSize);
    sample(ParleyMeter.DHT_RECORDS, samples, s -> s.records().size());
    sample(ParleyMeter.DHT_RECORD_BYTES, samples, DhtSnapshot::recordBytes);
    sample(ParleyMeter.DHT_ACTIVE, samples, DhtSnapshot::lookups, "lookups");
    sample(ParleyMeter.DHT_ACTIVE, samples, DhtSnapshot::callsInFlight, "requests");
  }

  private void sample(
      ParleyMeter meter, DhtSamples samples, ToDoubleFunction<DhtSnapshot> value, String... tags) {
    add(
        meter,
        n -> {
          DhtSnapshot last = samples.last();
          return last == null ? Double.NaN : value.applyAsDouble(last);
        },
        tags);
  }

  private void add(ParleyMeter meter, ToDoubleFunction<AgentNode> value, String... tags) {
    gauges.add(meters.gauge(meter, node, value, tags));
  }

  private static double used(AgentNode node, String option) {
    for (Bound bound : node.bounds()) {
      if (bound.option().equals(option)) {
        return bound.used();
      }
    }
    return Double.NaN;
  }

  /** Takes the gauges of a closed node out of the registry. */
  void remove() {
    gauges.forEach(meters::remove);
  }
}
