package dev.parley.observability;

import dev.parley.dht.AgentDht;
import dev.parley.dht.DhtSnapshot;
import dev.parley.node.AgentNode;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The DHT's state as gauges need it. The DHT tells its state on its own thread, and a scrape must
 * not wait: so each reading asks for the next state, once a second at most, and gives the one
 * before. What a scrape sees is as old as the scrape before it.
 */
final class DhtSamples {
  /** Fewer live contacts than this, and the loss of two would cut the node off. */
  static final int SAFE_CONTACTS = 3;

  private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

  /** How well the node is in its network. */
  enum State {
    /** Nobody has answered yet. */
    BOOTSTRAPPING,
    /** It has joined, and knows few. */
    WEAK,
    /** It has joined. */
    GOOD
  }

  private final AgentDht dht;
  private final Clock clock;
  private final AtomicBoolean asking = new AtomicBoolean();
  private volatile @Nullable DhtSnapshot last;
  private volatile boolean joined;
  private volatile long askedNanos;

  DhtSamples(AgentDht dht, AgentNode node, MeterRegistry registry) {
    this.dht = dht;
    this.clock = registry.config().clock();
    askedNanos = clock.monotonicTime() - PAUSE_NANOS;
    node.online().doOnTerminate(() -> joined = true).subscribe();
    refresh();
  }

  @Nullable DhtSnapshot last() {
    refresh();
    return last;
  }

  State state() {
    DhtSnapshot now = last();
    if (!joined || now == null) {
      return State.BOOTSTRAPPING;
    }
    return live(now) < SAFE_CONTACTS ? State.WEAK : State.GOOD;
  }

  static long live(DhtSnapshot snapshot) {
    return snapshot.contacts().stream().filter(DhtSnapshot.KnownContact::live).count();
  }

  private void refresh() {
    long now = clock.monotonicTime();
    if (now - askedNanos < PAUSE_NANOS || !asking.compareAndSet(false, true)) {
      return;
    }
    askedNanos = now;
    dht.snapshot()
        .doFinally(s -> asking.set(false))
        .subscribe(snapshot -> last = snapshot, e -> {});
  }
}
