package dev.parley.observability.http;

import dev.parley.observability.http.FailureLog.View;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import tools.jackson.databind.json.JsonMapper;

/**
 * Takes a sample every second, and tells those who listen. What it tells is made once for all, and
 * only while somebody listens.
 */
final class Feed {
  private static final Logger log = LoggerFactory.getLogger(Feed.class);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration SHARED = Duration.ofMillis(250);
  private static final int PING_EVERY = 5;
  private static final int MAX_PINGED = 64;

  private final Snapshots snapshots;
  private final ConsoleListener listener;
  private final HttpOptions options;
  private final Scheduler clock;
  private final LongSupplier nanoClock;
  private final JsonMapper json;
  private final AtomicInteger subscribers = new AtomicInteger();
  private final Sinks.Many<byte[]> events = Sinks.many().multicast().directBestEffort();
  private volatile @Nullable Shared shared;
  private long lastNanos; // clock only
  private long lastFailure; // clock only
  private long ticks; // clock only

  Feed(
      Snapshots snapshots,
      ConsoleListener listener,
      HttpOptions options,
      Scheduler clock,
      LongSupplier nanoClock,
      JsonMapper json) {
    this.snapshots = snapshots;
    this.listener = listener;
    this.options = options;
    this.clock = clock;
    this.nanoClock = nanoClock;
    this.json = json;
  }

  /** What is told to all who ask at about the same time. */
  private record Shared(long nanos, Mono<byte[]> bytes) {}

  /** Begins to take samples, until disposed. */
  Disposable start() {
    lastNanos = nanoClock.getAsLong();
    return Flux.interval(SECOND, clock)
        .onBackpressureDrop()
        .concatMap(tick -> tick().onErrorResume(e -> ignore(e)), 1)
        .subscribe(done -> {}, e -> log.warn("the console's clock stopped", e));
  }

  private static Mono<Void> ignore(Throwable e) {
    log.debug("a snapshot could not be made", e);
    return Mono.empty();
  }

  private Mono<Void> tick() {
    long now = nanoClock.getAsLong();
    Sample second = listener.sample(now - lastNanos);
    lastNanos = now;
    if (subscribers.get() == 0) {
      lastFailure = listener.failures().count();
      return Mono.empty();
    }
    if (ticks++ % PING_EVERY == 0) {
      listener.links().ping(MAX_PINGED, clock).subscribe();
    }
    return snapshots
        .since(lastFailure, second)
        .publishOn(clock)
        .doOnNext(
            snapshot -> {
              lastFailure =
                  snapshot.failures().stream().mapToLong(View::id).max().orElse(lastFailure);
              events.tryEmitNext(event(json.writeValueAsBytes(snapshot)));
            })
        .then();
  }

  /**
   * Everything, as JSON; the same bytes for all who ask at about the same time. Empty when the
   * server stops. No scheduler ends the sharing: one that is disposed would reject it.
   */
  Mono<byte[]> full() {
    return Mono.defer(
        () -> {
          long now = nanoClock.getAsLong();
          Shared present = shared;
          if (present == null || now - present.nanos() > SHARED.toNanos()) {
            present = new Shared(now, snapshot());
            shared = present;
          }
          return present.bytes();
        });
  }

  private Mono<byte[]> snapshot() {
    return Mono.defer(snapshots::full)
        .publishOn(clock)
        .map(json::writeValueAsBytes)
        .onErrorResume(RejectedExecutionException.class, stopped -> Mono.empty())
        .cache();
  }

  /** Whether there is room for one more listener; {@link #leave} has to follow if there is. */
  boolean enter() {
    if (subscribers.incrementAndGet() > options.maxSubscribers()) {
      subscribers.decrementAndGet();
      return false;
    }
    return true;
  }

  void leave() {
    subscribers.decrementAndGet();
  }

  /**
   * A full snapshot and then one a second, as server-sent events (WHATWG HTML, section 9.2).
   *
   * @param tooSlow told when a listener does not keep up, and is to be dropped
   */
  Flux<byte[]> events(Runnable tooSlow) {
    // Both are listened to at once, so that nothing is missed; the page knows what comes twice.
    return Flux.merge(full().map(Feed::event), events.asFlux())
        .onBackpressureBuffer(options.maxPendingEvents(), dropped -> tooSlow.run());
  }

  int subscribers() {
    return subscribers.get();
  }

  private static byte[] event(byte[] data) {
    byte[] head = "retry: 2000\ndata: ".getBytes(StandardCharsets.US_ASCII);
    byte[] event = new byte[head.length + data.length + 2];
    System.arraycopy(head, 0, event, 0, head.length);
    System.arraycopy(data, 0, event, head.length, data.length);
    event[event.length - 2] = '\n';
    event[event.length - 1] = '\n';
    return event;
  }
}
