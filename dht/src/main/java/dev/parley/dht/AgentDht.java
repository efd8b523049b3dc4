package dev.parley.dht;

import dev.parley.AgentId;
import dev.parley.PeerAddress;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A node of the DHT, as users see it: whoever assembles the node has started it, and stops it.
 * Thread-safe; publishers are cold and signal on the node's worker. Those of a node that stops, or
 * has stopped, end at once: with a {@link dev.parley.MessagingException} whose code is SHUT_DOWN
 * unless said otherwise.
 */
public interface AgentDht {
  /**
   * Looks up an agent's listing.
   *
   * <p>Emits a listing from the cache at once, if allowed, then better ones as they are found. The
   * last element tells how it ended, also when nothing was found; it never completes empty and
   * never errors; for a node that has stopped it is PARTIAL, {@link LookupReport#isStopped}.
   * Lookups of the same agent share the work. Cancelling stops a lookup that nobody else waits for.
   */
  Flux<Resolved> resolve(AgentId agent, ResolveOptions options);

  /** The first element of {@link #resolve}: the first listing, or that there is none. */
  default Mono<Resolved> resolveFirst(AgentId agent) {
    return resolve(agent, ResolveOptions.defaults()).next();
  }

  /**
   * Asks the network which live servers are nearest to this node, nearest first, at most 20. What
   * it learns goes into the table, so {@link #snapshot} knows more afterwards.
   */
  Flux<PeerAddress> neighbours();

  /** Sums and sizes for metrics; cheap, and never waits. */
  DhtStats stats();

  /**
   * What happens from now on: how the node serves, where it can be dialled, how well it is
   * connected, attacks that it suspects, and listings that change.
   *
   * <p>Hot; completes when the node stops, never errors. It signals on the node's worker, or where
   * a slow subscriber asks for more: do not block there. For each subscriber that does not keep up
   * 256 events wait; of more the oldest are dropped and counted in {@link DhtStats#eventsDropped}.
   */
  Flux<DhtEvent> events();

  /** The state as of now, with all contacts and listings; for tools and tests. */
  Mono<DhtSnapshot> snapshot();
}
