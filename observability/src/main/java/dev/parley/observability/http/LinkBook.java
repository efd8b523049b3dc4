package dev.parley.observability.http;

import dev.parley.LinkPath;
import dev.parley.spi.Link;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The open links, what went over each in the last second, and how far away its peer is. */
final class LinkBook {
  private static final Duration PING_LIMIT = Duration.ofSeconds(3);
  private static final int PINGS_AT_A_TIME = 16;

  private final Map<Link, Entry> entries = new ConcurrentHashMap<>();
  private final Traffic traffic;
  private final Talkers talkers;

  LinkBook(Traffic traffic, Talkers talkers) {
    this.traffic = traffic;
    this.talkers = talkers;
  }

  /**
   * A link, as it is shown.
   *
   * @param peer the short form of the peer's id
   * @param ageMillis how long it is open
   * @param rttMillis the last round trip that was measured
   */
  record View(
      String peer,
      LinkPath path,
      long ageMillis,
      @Nullable Double rttMillis,
      long bytesOut,
      long bytesIn,
      double outPerSecond,
      double inPerSecond,
      long pendingBytes) {}

  void opened(Link link, long nowMillis) {
    entries.put(link, new Entry(link, nowMillis));
    talkers.opened(link.peer(), link.path().remoteIp());
  }

  void closed(Link link) {
    Entry entry = entries.remove(link);
    if (entry != null) {
      entry.take(traffic, talkers);
    }
  }

  int size() {
    return entries.size();
  }

  /** Ends a second, or what took {@code nanos} in its place; one caller at a time. */
  void advance(long nanos) {
    double seconds = Math.max(nanos, 1) / 1e9;
    entries.values().forEach(entry -> entry.advance(traffic, talkers, seconds));
  }

  /** The busiest links, at most {@code max}; among equals the oldest first. */
  List<View> busiest(int max, long nowMillis) {
    return ordered().limit(max).map(entry -> entry.view(nowMillis)).toList();
  }

  private Stream<Entry> ordered() {
    return entries.values().stream()
        .map(entry -> Map.entry(entry, entry.outPerSecond + entry.inPerSecond))
        .sorted(
            Map.Entry.<Entry, Double>comparingByValue(Comparator.reverseOrder())
                .thenComparing(rated -> rated.getKey().openedMillis))
        .map(Map.Entry::getKey);
  }

  /** Measures the round trip of the busiest links. Never errors; {@code timer} ends late ones. */
  Mono<Void> ping(int max, Scheduler timer) {
    return Flux.fromStream(() -> ordered().limit(max))
        .flatMap(entry -> entry.ping(timer), PINGS_AT_A_TIME)
        .then();
  }

  /** What is known of one link; the rates are written by the sampler alone. */
  private static final class Entry {
    private final Link link;
    private final long openedMillis;
    private final AtomicLong toldOut = new AtomicLong();
    private final AtomicLong toldIn = new AtomicLong();
    private final AtomicLong toldMessages = new AtomicLong();
    private volatile double outPerSecond;
    private volatile double inPerSecond;
    private volatile @Nullable Double rttMillis;

    Entry(Link link, long openedMillis) {
      this.link = link;
      this.openedMillis = openedMillis;
    }

    /** Hands on what has not been told yet, so that no byte is told twice or lost. */
    private long[] take(Traffic traffic, Talkers talkers) {
      Link.Stats stats = link.stats();
      long out = Math.max(0, stats.wireBytesOut() - toldOut.getAndSet(stats.wireBytesOut()));
      long in = Math.max(0, stats.wireBytesIn() - toldIn.getAndSet(stats.wireBytesIn()));
      traffic.bytes(out, in);
      long messages = stats.messagesOut() + stats.messagesIn();
      long more = Math.max(0, messages - toldMessages.getAndSet(messages));
      talkers.used(link.peer(), link.path().remoteIp(), out + in, more);
      return new long[] {out, in};
    }

    void advance(Traffic traffic, Talkers talkers, double seconds) {
      long[] moved = take(traffic, talkers);
      outPerSecond = moved[0] / seconds;
      inPerSecond = moved[1] / seconds;
    }

    Mono<Void> ping(Scheduler timer) {
      return link.ping()
          .onErrorComplete() // here too: nobody hears an error when the time is up
          .timeout(PING_LIMIT, timer)
          .doOnNext(rtt -> rttMillis = rtt.toNanos() / 1e6)
          .onErrorComplete()
          .then();
    }

    View view(long nowMillis) {
      Link.Stats stats = link.stats();
      return new View(
          link.peer().toShortString(),
          link.path(),
          Math.max(0, nowMillis - openedMillis),
          rttMillis,
          stats.wireBytesOut(),
          stats.wireBytesIn(),
          outPerSecond,
          inPerSecond,
          stats.pendingBytes());
    }
  }
}
