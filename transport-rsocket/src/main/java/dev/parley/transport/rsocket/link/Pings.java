package dev.parley.transport.rsocket.link;

import dev.parley.links.DroppedErrors;
import dev.parley.transport.rsocket.guard.EventLoops;
import io.netty.channel.EventLoop;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Round-trip measurements under way on a link, at most 64. Confined to the event loop, but for
 * {@link #measure}.
 */
final class Pings {
  private static final int MAX = 64;

  private final EventLoop loop;
  private final LongSupplier clock;
  private final LongPredicate asking;
  private final Map<Long, Probe> probes = new LinkedHashMap<>();
  private long lastToken;

  /**
   * @param asking sends a PING with a token; false if the link is closed. On the event loop.
   */
  Pings(EventLoop loop, LongSupplier clock, LongPredicate asking) {
    this.loop = loop;
    this.clock = clock;
    this.asking = asking;
  }

  /** Measures the round trip. Cold; errors when the link ends first. Any thread. */
  Mono<Duration> measure() {
    Mono<Duration> measuring =
        Mono.create(
            sink -> {
              if (!EventLoops.execute(loop, () -> start(sink))) {
                sink.error(new ClosedChannelException());
              }
            });
    return measuring.contextWrite(DroppedErrors::addTo);
  }

  private void start(MonoSink<Duration> sink) {
    if (probes.size() >= MAX) {
      sink.error(new ClosedChannelException());
      return;
    }
    long token = ++lastToken;
    probes.put(token, new Probe(sink, clock.getAsLong()));
    sink.onDispose(() -> EventLoops.execute(loop, () -> probes.remove(token)));
    if (!asking.test(token)) {
      sink.error(new ClosedChannelException());
    }
  }

  /** A token of a ping that nobody waits for. */
  long nextToken() {
    return ++lastToken;
  }

  /** The peer answered. */
  void answered(long token) {
    Probe probe = probes.remove(token);
    if (probe != null) {
      probe.sink.success(Duration.ofNanos(clock.getAsLong() - probe.sentNanos));
    }
  }

  /** The link is gone. */
  void fail(Throwable cause) {
    for (Probe probe : probes.values()) {
      probe.sink.error(cause);
    }
    probes.clear();
  }

  private record Probe(MonoSink<Duration> sink, long sentNanos) {}
}
