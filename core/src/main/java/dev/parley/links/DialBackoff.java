package dev.parley.links;

import dev.parley.AgentId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Spaces out the dials of peers that cannot be reached, so that many failing sends cost few dials.
 * Thread-safe.
 *
 * <p>The pause doubles from 100 ms with full jitter up to the option's maximum, and a send waits
 * for it rather than fail on an outdated answer. It remembers 10,000 peers, the latest.
 */
final class DialBackoff {
  private static final int MAX_PEERS = 10_000;
  private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int MAX_DOUBLINGS = 20;

  private final long maxNanos;
  private final LongSupplier clock;
  private final RandomGenerator random;
  private final Map<AgentId, Failure> failures =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<AgentId, Failure> eldest) {
          return size() > MAX_PEERS;
        }
      };

  DialBackoff(Duration max, LongSupplier clock, RandomGenerator random) {
    this.maxNanos = max.toNanos();
    this.clock = clock;
    this.random = random;
  }

  /** How long to wait before the next dial; zero where there is no reason to. */
  synchronized long delayNanos(AgentId peer) {
    Failure failure = failures.get(peer);
    return failure == null ? 0 : Math.max(0, failure.nextNanos - clock.getAsLong());
  }

  synchronized void failed(AgentId peer) {
    Failure before = failures.remove(peer);
    int count = before == null ? 0 : Math.min(before.count + 1, MAX_DOUBLINGS);
    long pause = random.nextLong(Math.min(maxNanos, FIRST_NANOS << count) + 1);
    failures.put(peer, new Failure(count, clock.getAsLong() + pause));
  }

  synchronized void succeeded(AgentId peer) {
    failures.remove(peer);
  }

  /** A random time from 0 to {@code mostNanos}. */
  synchronized long jitterNanos(long mostNanos) {
    return random.nextLong(mostNanos + 1);
  }

  synchronized int size() {
    return failures.size();
  }

  private record Failure(int count, long nextNanos) {}
}
