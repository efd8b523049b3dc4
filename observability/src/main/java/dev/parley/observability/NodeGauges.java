package dev.parley.observability;

import dev.parley.dht.AgentDht;
import dev.parley.dht.DhtStats;
import dev.parley.file.FileTransfers;
import dev.parley.node.AgentNode;
import dev.parley.node.dht.DhtNode;
import dev.parley.spi.Bound;
import dev.parley.transport.rsocket.DirectMemory;
import io.micrometer.core.instrument.Gauge;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleSupplier;

/**
 * What is read from running nodes when the registry is scraped. Nodes that share a registry and
 * tags share the gauges too: figures add up, and of what they have in common the largest is shown.
 * A gauge goes with the last node that has it. Guarded by its lock.
 */
final class NodeGauges {
  private final Map<Key, Shared> gauges = new HashMap<>();

  private record Key(ParleyMeter meter, List<String> tags) {}

  private record Reading(
      ParleyMeter meter, DoubleBinaryOperator united, DoubleSupplier value, List<String> tags) {}

  /** A gauge and the nodes that it is of. */
  private static final class Shared {
    private final DoubleBinaryOperator united;
    private final Map<AgentNode, DoubleSupplier> values = new ConcurrentHashMap<>();
    private final Gauge gauge;

    Shared(Meters meters, Reading first) {
      united = first.united();
      gauge = meters.gauge(first.meter(), this, Shared::value, first.tags().toArray(String[]::new));
    }

    double value() {
      return values.values().stream()
          .mapToDouble(DoubleSupplier::getAsDouble)
          .reduce(united)
          .orElse(Double.NaN);
    }
  }

  /** Shows a node. */
  synchronized void add(Meters meters, AgentNode node) {
    for (Reading reading : readings(node)) {
      Key key = new Key(reading.meter(), reading.tags());
      gauges
          .computeIfAbsent(key, k -> new Shared(meters, reading))
          .values
          .put(node, reading.value());
    }
  }

  /** Shows a closed node no longer. */
  synchronized void remove(Meters meters, AgentNode node) {
    gauges
        .values()
        .removeIf(
            shared -> {
              var unused = shared.values.remove(node);
              if (shared.values.isEmpty()) {
                meters.remove(shared.gauge);
              }
              return shared.values.isEmpty();
            });
  }

  private static List<Reading> readings(AgentNode node) {
    List<Reading> all = new ArrayList<>();
    for (Bound bound : node.bounds()) {
      String option = bound.option();
      all.add(sum(ParleyMeter.BOUND_USED, () -> used(node, option), option));
      all.add(sum(ParleyMeter.BOUND_LIMIT, bound::limit, option));
    }
    node.protocol(FileTransfers.class)
        .ifPresent(
            files -> {
              all.add(sum(ParleyMeter.FILES, files::sending, "out"));
              all.add(sum(ParleyMeter.FILES, files::receiving, "in"));
            });
    all.add(sum(ParleyMeter.EVENT_LOOP_TASKS, node::pendingTasks));
    all.add(max(ParleyMeter.DIRECT_MEMORY, DirectMemory::usedBytes));
    all.add(max(ParleyMeter.DIRECT_MEMORY_LIMIT, DirectMemory::limitBytes));
    node.protocol(DhtNode.class).ifPresent(part -> dht(all, part.dht()));
    return all;
  }

  private static void dht(List<Reading> all, AgentDht dht) {
    for (DhtStats.Health health : DhtStats.Health.values()) {
      String state = MessageTimers.word(health);
      all.add(sum(ParleyMeter.DHT_STATE, () -> dht.stats().health() == health ? 1 : 0, state));
    }
    all.add(sum(ParleyMeter.DHT_SERVER, () -> dht.stats().server() ? 1 : 0));
    all.add(sum(ParleyMeter.DHT_CONTACTS, () -> dht.stats().contacts()));
    all.add(max(ParleyMeter.DHT_NETWORK, () -> dht.stats().networkSize()));
    all.add(sum(ParleyMeter.DHT_RECORDS, () -> dht.stats().listings()));
    all.add(sum(ParleyMeter.DHT_RECORD_BYTES, () -> dht.stats().listingBytes()));
    all.add(sum(ParleyMeter.DHT_ACTIVE, () -> dht.stats().lookupsRunning(), "lookups"));
    all.add(sum(ParleyMeter.DHT_ACTIVE, () -> dht.stats().callsInFlight(), "requests"));
  }

  private static Reading sum(ParleyMeter meter, DoubleSupplier value, String... tags) {
    return new Reading(meter, Double::sum, value, List.of(tags));
  }

  private static Reading max(ParleyMeter meter, DoubleSupplier value, String... tags) {
    return new Reading(meter, Math::max, value, List.of(tags));
  }

  private static double used(AgentNode node, String option) {
    for (Bound bound : node.bounds()) {
      if (bound.option().equals(option)) {
        return bound.used();
      }
    }
    return Double.NaN;
  }
}
