package dev.parley.observability.http;

import dev.parley.AgentId;
import dev.parley.dht.DhtOptions;
import dev.parley.dht.DhtSnapshot;
import dev.parley.dht.DhtSnapshot.KnownContact;
import dev.parley.dht.wire.DhtKey;
import dev.parley.file.FileTransfers;
import dev.parley.node.AgentNode;
import dev.parley.node.dht.DhtNode;
import dev.parley.observability.BuildInfo;
import dev.parley.observability.http.ConsoleSnapshot.ContactView;
import dev.parley.observability.http.ConsoleSnapshot.Table;
import dev.parley.spi.Bound;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Looks at a node, and at what its listener remembers. Thread-safe. */
final class Snapshots {
  private static final Duration DHT_LIMIT = Duration.ofSeconds(1);

  /** 48 bits of a point: enough to tell angles apart, and exact as a double. */
  private static final int ANGLE_BYTES = 6;

  private static final int SHOWN_TALKERS = 10;

  private final AgentNode node;
  private final HealthProbe probe;
  private final ConsoleListener listener;
  private final HttpOptions options;
  private final Scheduler timer;

  Snapshots(
      AgentNode node,
      HealthProbe probe,
      ConsoleListener listener,
      HttpOptions options,
      Scheduler timer) {
    this.node = node;
    this.probe = probe;
    this.listener = listener;
    this.options = options;
    this.timer = timer;
  }

  /** Everything, with what is kept of the past. */
  Mono<ConsoleSnapshot> full() {
    return dht().map(dht -> snapshot(dht, true, 0, listener.traffic().history()));
  }

  /** Everything, with this second and the failures after the one with this id. */
  Mono<ConsoleSnapshot> since(long failure, Sample second) {
    return dht().map(dht -> snapshot(dht, false, failure, List.of(second)));
  }

  private Optional<DhtNode> part() {
    return node.protocol(DhtNode.class);
  }

  private ConsoleSnapshot.Files files() {
    return node.protocol(FileTransfers.class)
        .map(files -> new ConsoleSnapshot.Files(files.sending(), files.receiving()))
        .orElseGet(() -> new ConsoleSnapshot.Files(0, 0));
  }

  private Mono<Optional<DhtSnapshot>> dht() {
    return Mono.justOrEmpty(node.isDraining() ? Optional.<DhtNode>empty() : part())
        .flatMap(
            part -> part.dht().snapshot().onErrorComplete().timeout(DHT_LIMIT, Mono.empty(), timer))
        .onErrorComplete()
        .singleOptional();
  }

  private ConsoleSnapshot snapshot(
      Optional<DhtSnapshot> dht, boolean full, long failure, List<Sample> history) {
    long now = listener.wallMillis();
    LinkBook links = listener.links();
    return new ConsoleSnapshot(
        now,
        full,
        new ConsoleSnapshot.NodeFacts(
            node.id().toString(),
            node.id().toShortString(),
            node.network().toString(),
            node.addresses().stream().map(Object::toString).toList(),
            now - listener.startMillis(),
            BuildInfo.current().version(),
            BuildInfo.current().commit()),
        probe.health(),
        listener.traffic().totals(),
        listener.traffic().models(),
        files(),
        new ConsoleSnapshot.Links(links.size(), links.busiest(options.maxLinks(), now)),
        dht.map(this::table).orElse(null),
        listener.failures().count(),
        listener.failures().after(failure),
        listener.refusals(),
        listener.talkers().top(SHOWN_TALKERS),
        bounds(dht.orElse(null)),
        history);
  }

  private Table table(DhtSnapshot dht) {
    return new Table(
        dht.server(),
        dht.networkSize(),
        dht.listings().size(),
        dht.contacts().stream()
            .sorted(Comparator.comparingInt(KnownContact::bucket).reversed())
            .limit(options.maxContacts())
            .map(this::contact)
            .toList());
  }

  private ContactView contact(KnownContact known) {
    AgentId agent = known.peer().id();
    return new ContactView(
        agent.toShortString(),
        known.bucket(),
        angle(DhtKey.node(node.network(), agent.toBytes()).toBytes(), known.bucket() + 1),
        known.live(),
        known.warm(),
        known.rttMillis() < 0 ? null : known.rttMillis());
  }

  /** The bits after the first that differ from the node's own, as a fraction of a turn. */
  static double angle(byte[] point, int fromBit) {
    long bits = 0;
    for (int i = 0; i < 8 * ANGLE_BYTES; i++) {
      int at = fromBit + i;
      int bit = at < 8 * point.length ? (point[at / 8] >> (7 - at % 8)) & 1 : 0;
      bits = (bits << 1) | bit;
    }
    return bits / (double) (1L << (8 * ANGLE_BYTES));
  }

  private List<Bound> bounds(@Nullable DhtSnapshot dht) {
    List<Bound> bounds = new ArrayList<>(node.bounds());
    DhtOptions limits = part().map(DhtNode::options).orElse(null);
    if (dht != null && limits != null) {
      bounds.add(new Bound("maxListings", dht.listings().size(), limits.storage().maxListings()));
      bounds.add(
          new Bound("maxListingBytes", dht.listingBytes(), limits.storage().maxListingBytes()));
      bounds.add(new Bound("maxLookups", dht.lookups(), limits.lookups().maxLookups()));
      bounds.add(new Bound("maxPeers", dht.peersCounted(), limits.serving().maxPeers()));
    }
    bounds.sort(Comparator.comparingDouble(Snapshots::share).reversed());
    return bounds;
  }

  private static double share(Bound bound) {
    return bound.used() / (double) Math.max(1, bound.limit());
  }
}
