package dev.parley.links;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.AgentResolver.Candidate;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/**
 * Redials peers whose links were lost, so that the next message finds one. Thread-safe.
 *
 * <p>Pauses double from 100 ms to 30 s with full jitter; it gives up after the option's time. It
 * remembers the last address of 1,000 peers, the latest.
 */
final class Reconnector {
  private static final int MAX_PEERS = 1000;
  private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Links links;
  private final Scheduler timer;
  private final RandomGenerator random;
  private final Map<AgentId, Address> addresses =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<AgentId, Address> eldest) {
          return size() > MAX_PEERS;
        }
      };
  private final Map<AgentId, Attempts> running = new LinkedHashMap<>();
  private boolean stopped;

  Reconnector(Links links, Scheduler timer, RandomGenerator random) {
    this.links = links;
    this.timer = timer;
    this.random = random;
  }

  synchronized void learned(AgentId peer, Address address) {
    addresses.put(peer, address);
  }

  /** A link that this node had dialled was lost. */
  synchronized void lost(AgentId peer) {
    Duration limit = links.options().reconnectFor();
    Address address = addresses.get(peer);
    if (stopped || limit.isZero() || address == null || running.containsKey(peer)) {
      return;
    }
    Attempts attempts = new Attempts(peer, address, links.nanos() + limit.toNanos());
    running.put(peer, attempts);
    attempts.schedule();
  }

  synchronized void stop() {
    stopped = true;
    running.values().forEach(Attempts::stop);
    running.clear();
  }

  private synchronized void done(AgentId peer) {
    running.remove(peer);
  }

  private final class Attempts {
    private final AgentId peer;
    private final Address address;
    private final long untilNanos;
    private int count;
    private @Nullable Disposable work;

    Attempts(AgentId peer, Address address, long untilNanos) {
      this.peer = peer;
      this.address = address;
      this.untilNanos = untilNanos;
    }

    void schedule() {
      long limit = Math.min(MAX_NANOS, FIRST_NANOS << Math.min(count++, 20));
      try {
        work = timer.schedule(this::dial, random.nextLong(limit + 1), TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException e) {
        running.remove(peer); // the node has stopped, and its timer with it
      }
    }

    private void dial() {
      Disposable dialling =
          links
              .connect(peer, trail -> Flux.just(new Candidate(address, "reconnect")), trail -> {})
              .subscribe(link -> done(peer), e -> failed());
      synchronized (Reconnector.this) {
        if (stopped) {
          dialling.dispose();
        }
      }
    }

    private void failed() {
      synchronized (Reconnector.this) {
        if (stopped || links.nanos() - untilNanos >= 0) {
          running.remove(peer);
        } else {
          schedule();
        }
      }
    }

    void stop() {
      if (work != null) {
        work.dispose();
      }
    }
  }
}
