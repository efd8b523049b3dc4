package dev.parley.observability;

import dev.parley.dht.AgentDht;
import dev.parley.dht.DhtStats;
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
    node.dht().ifPresent(this::dhtGauges);
  }

  private void dhtGauges(AgentDht dht) {
    for (DhtStats.Health health : DhtStats.Health.values()) {
      String state = MessageTimers.word(health);
      add(ParleyMeter.DHT_STATE, n -> dht.stats().health() == health ? 1 : 0, state);
    }
    add(ParleyMeter.DHT_SERVER, n -> dht.stats().server() ? 1 : 0);
    add(ParleyMeter.DHT_CONTACTS, n -> dht.stats().contacts());
    add(ParleyMeter.DHT_NETWORK, n -> dht.stats().networkSize());
    add(ParleyMeter.DHT_RECORDS, n -> dht.stats().records());
    add(ParleyMeter.DHT_RECORD_BYTES, n -> dht.stats().recordBytes());
    add(ParleyMeter.DHT_ACTIVE, n -> dht.stats().lookupsRunning(), "lookups");
    add(ParleyMeter.DHT_ACTIVE, n -> dht.stats().callsInFlight(), "requests");
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
