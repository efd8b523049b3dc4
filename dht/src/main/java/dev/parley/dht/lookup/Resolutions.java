package dev.parley.dht.lookup;

import dev.parley.dht.LookupReport;
import dev.parley.dht.Outcome;
import dev.parley.dht.ResolveOptions;
import dev.parley.dht.node.Calls;
import dev.parley.dht.node.NodeCore;
import dev.parley.dht.port.Finding;
import dev.parley.dht.store.ListingCache;
import dev.parley.dht.wire.NodeKey;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.FluxSink;

/**
 * Lookups of agents' listings: from the cache, or one lookup for all who ask for the same agent.
 * Confined to the node's worker.
 */
public final class Resolutions {
  /** A cached listing of this age is not asked for again. */
  static final long FRESH_NANOS = 30_000_000_000L;

  private final NodeCore core;
  private final Calls calls;
  private final ListingCache cache;
  private final Map<NodeKey, Resolution> running = new LinkedHashMap<>(2);

  public Resolutions(NodeCore core, Calls calls, ListingCache cache) {
    this.core = core;
    this.calls = calls;
    this.cache = cache;
  }

  public int running() {
    return running.size();
  }

  /** Whether lookups of the same agent are spaced out for it. */
  private static boolean mayWait(ResolveOptions options) {
    return options.cached() || options.recent();
  }

  public void resolve(NodeKey agent, ResolveOptions options, FluxSink<Finding> sink) {
    if (sink.isCancelled()) {
      return;
    }
    if (mayWait(options) && fromCache(agent, options, sink)) {
      return;
    }
    Resolution known = running.get(agent);
    if (known != null) {
      known.join(sink);
      if (!mayWait(options)) {
        known.startNow();
      }
      return;
    }
    if (running.size() >= core.options.lookups().maxLookups()) {
      sink.next(new Finding(null, report(Outcome.PARTIAL, "overload")));
      sink.complete();
      return;
    }
    long pause = mayWait(options) ? cache.asked().pauseNanos(agent, core.now()) : 0;
    Resolution resolution = new Resolution(core, calls, cache, agent, options, this::ended);
    running.put(agent, resolution);
    resolution.join(sink);
    resolution.start(pause);
  }

  /**
   * Whether the cache has said all there is to say. Where an agent is may be old, since whoever
   * dials it finds out; that it is nowhere ends an attempt, and has to be new.
   */
  private boolean fromCache(NodeKey agent, ResolveOptions options, FluxSink<Finding> sink) {
    long now = core.now();
    boolean recent =
        cache.asked().isAnswered(agent, core.options.storage().negativeCache().toNanos(), now);
    ListingCache.Cached cached = cache.own(agent, core.wallMillis());
    if (cached != null) {
      boolean isGoodNews = options.cached() && !cached.listing().isTombstone();
      if (recent || isGoodNews) {
        sink.next(new Finding(cached.listing(), fromCache(Outcome.FOUND)));
      }
      if (recent || (isGoodNews && now - cached.atNanos() < FRESH_NANOS)) {
        sink.complete();
        return true;
      }
    } else if (recent && cache.isMissing(agent)) {
      sink.next(new Finding(null, fromCache(Outcome.NOT_FOUND)));
      sink.complete();
      return true;
    }
    return false;
  }

  /** What is said to those who ask a node that has stopped, or stops meanwhile. */
  public Finding stopped() {
    return new Finding(null, report(Outcome.PARTIAL, "stopped"));
  }

  private LookupReport fromCache(Outcome outcome) {
    LookupReport report = report(outcome, "cache");
    core.telemetry.resolved(report);
    return report;
  }

  private static LookupReport report(Outcome outcome, String reason) {
    return new LookupReport(outcome, reason, Duration.ZERO, 0, 0, List.of());
  }

  public void leave(NodeKey agent, FluxSink<Finding> sink) {
    Resolution known = running.get(agent);
    if (known != null && known.leave(sink)) {
      running.remove(agent);
    }
  }

  private void ended(Resolution resolution) {
    running.remove(resolution.agent());
  }
}
