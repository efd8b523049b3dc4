package dev.parley.node.dht;

import dev.parley.AgentId;
import dev.parley.spi.Link;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import reactor.core.scheduler.Scheduler;

/**
 * Bounds the links that only the DHT uses, of which at most half may be others' dials, so that
 * strangers cannot take the places of the nodes that this one has chosen. When there are too many,
 * those unused for longest are closed, accepted ones first and links of the table last. Links over
 * which the agent's own messages went lately are neither counted nor closed. Thread-safe.
 */
final class DhtLinkLimit {
  /** So long after a message of the agent's, a link is not the DHT's. */
  private static final long AGENTS_NANOS = TimeUnit.MINUTES.toNanos(5);

  private static final long IN_USE_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** What still runs over a link may take its time; a link with nothing to do ends at once. */
  private static final Duration PATIENCE = Duration.ofHours(24);

  private final IntSupplier max;
  private final Predicate<AgentId> isKept;
  private final Scheduler worker;
  private final LongSupplier nanoClock;
  private final Map<Link, Use> uses = new ConcurrentHashMap<>();
  private final AtomicBoolean enforcing = new AtomicBoolean();

  /**
   * @param max how many there may be
   * @param isKept whether a peer's link is one of the table's
   * @param worker where links are counted and closed
   */
  DhtLinkLimit(
      IntSupplier max, Predicate<AgentId> isKept, Scheduler worker, LongSupplier nanoClock) {
    this.max = max;
    this.isKept = isKept;
    this.worker = worker;
    this.nanoClock = nanoClock;
  }

  /** What went over one link. */
  private static final class Use {
    final Link link;
    final AtomicLong messages = new AtomicLong();
    volatile long usedNanos;
    private long agents;
    private long agentsNanos;

    Use(Link link, long now) {
      this.link = link;
      this.usedNanos = now;
      this.agentsNanos = now - AGENTS_NANOS;
    }

    /** The transport counts all messages and we our own, so the rest is the agent's. */
    synchronized boolean isDhts(long now) {
      Link.Stats all = link.stats();
      long others = all.messagesOut() + all.messagesIn() - messages.get();
      if (others > agents) {
        agents = others;
        agentsNanos = now;
      }
      return now - agentsNanos >= AGENTS_NANOS;
    }
  }

  void opened(Link link) {
    uses.put(link, new Use(link, nanoClock.getAsLong()));
    if (uses.size() > max.getAsInt() / 2 && enforcing.compareAndSet(false, true)) {
      try {
        worker.schedule(this::enforce);
      } catch (RejectedExecutionException e) {
        // the node has stopped, and its links end
      }
    }
  }

  void closed(Link link) {
    uses.remove(link);
  }

  /** Notes that a message of the DHT's goes over a link, or came. */
  void message(Link link) {
    Use use = uses.get(link);
    if (use != null) {
      use.messages.incrementAndGet();
      use.usedNanos = nanoClock.getAsLong();
    }
  }

  /** How many links only the DHT uses. */
  int size() {
    return dhtLinks(nanoClock.getAsLong()).size();
  }

  int max() {
    return max.getAsInt();
  }

  /** A link as it was at one moment; the least useful come first. */
  private record Ranked(Link link, boolean dialled, int rank, long unusedNanos)
      implements Comparable<Ranked> {
    @Override
    public int compareTo(Ranked other) {
      return rank != other.rank
          ? Integer.compare(rank, other.rank)
          : Long.compare(other.unusedNanos, unusedNanos);
    }
  }

  private List<Ranked> dhtLinks(long now) {
    List<Ranked> found = new ArrayList<>();
    for (Use use : uses.values()) {
      Link link = use.link;
      if (link.isOpen() && use.isDhts(now)) {
        boolean dialled = link.path().dialled();
        long unused = now - use.usedNanos;
        found.add(new Ranked(link, dialled, rank(link, dialled, unused), unused));
      }
    }
    return found;
  }

  private int rank(Link link, boolean dialled, long unusedNanos) {
    if (isKept.test(link.peer())) {
      return 3;
    }
    if (unusedNanos < IN_USE_NANOS) {
      return 2;
    }
    return dialled ? 1 : 0;
  }

  private void enforce() {
    enforcing.set(false);
    int most = max.getAsInt();
    List<Ranked> links = dhtLinks(nanoClock.getAsLong());
    Collections.sort(links);
    List<Ranked> accepted = links.stream().filter(link -> !link.dialled()).toList();
    List<Ranked> tooMany = accepted.subList(0, Math.max(0, accepted.size() - most / 2));
    tooMany.forEach(DhtLinkLimit::close);
    links.removeAll(tooMany);
    links.subList(0, Math.max(0, links.size() - most)).forEach(DhtLinkLimit::close);
  }

  private static void close(Ranked ranked) {
    ranked.link().closeGracefully(PATIENCE).subscribe();
  }
}
