package dev.parley.transport.rsocket.link;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import reactor.core.publisher.MonoSink;

/** Round-trip measurements under way on a link, at most 64. Confined to the event loop. */
final class Pings {
  private static final int MAX = 64;

  private final Map<Long, Probe> probes = new LinkedHashMap<>();
  private long lastToken;

  /** Starts a measurement and returns the token to send, or -1 when too many are under way. */
  long start(MonoSink<Duration> sink, long nowNanos) {
    if (probes.size() >= MAX) {
      return -1;
    }
    long token = ++lastToken;
    probes.put(token, new Probe(sink, nowNanos));
    return token;
  }

  /** A token of a ping that nobody waits for. */
  long nextToken() {
    return ++lastToken;
  }

  void forget(long token) {
    probes.remove(token);
  }

  /** The peer answered. */
  void answered(long token, long nowNanos) {
    Probe probe = probes.remove(token);
    if (probe != null) {
      probe.sink.success(Duration.ofNanos(nowNanos - probe.sentNanos));
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
