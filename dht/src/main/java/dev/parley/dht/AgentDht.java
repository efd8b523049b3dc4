package dev.parley.dht;

import dev.parley.AgentId;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.NodeKey;
import dev.parley.dht.wire.RecordAddress;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A node of the DHT. Thread-safe; publishers are cold and signal on the node's worker. Those of a
 * node that stops, or has stopped, end at once: with a {@link dev.parley.MessagingException} whose
 * code is SHUT_DOWN unless said otherwise.
 */
public interface AgentDht {
  /** The key that this node speaks for, and so where it lives. */
  NodeKey self();

  /**
   * Joins the network through saved contacts and {@code seeds}.
   *
   * <p>Completes when the node has contacts and has looked up its own neighbourhood; until then it
   * tries again with growing pauses, up to a minute. Without seeds and saved contacts it completes
   * at once: the node is the first of its network. Cancelling does not stop the node.
   *
   * @param listen where the node accepts links, or none for a client; up to 3 are told to others
   */
  Mono<Void> start(List<Contact> seeds, List<IpEndpoint> listen);

  /** Saves the table and stops. Idempotent; completes also where it has stopped, never errors. */
  Mono<Void> stop();

  /**
   * Looks up an agent's record.
   *
   * <p>Emits a record from the cache at once, if allowed, then better ones as they are found. The
   * last element tells how it ended, also when nothing was found; it never completes empty and
   * never errors; for a node that has stopped it is PARTIAL, {@link LookupReport#isStopped}.
   * Lookups of the same agent share the work. Cancelling stops a lookup that nobody else waits for.
   */
  Flux<Resolved> resolve(AgentId agent, ResolveOptions options);

  /** The first element of {@link #resolve}: the first record, or that there is none. */
  default Mono<Resolved> resolveFirst(AgentId agent) {
    return resolve(agent, ResolveOptions.defaults()).next();
  }

  /**
   * Publishes where our agent is, and from now on again before it is forgotten.
   *
   * <p>Completes when three quarters of the copies are stored, or no more can be; the rest follows.
   * Without addresses it publishes that the agent is gone.
   */
  Mono<PublishReport> publish(List<? extends RecordAddress> addresses);

  /** The live servers nearest to a point, nearest first, at most 20. */
  Flux<Contact> closest(DhtKey target);

  /**
   * Answers another node's request; the adapter of the links calls it. Never errors and never
   * completes empty.
   *
   * @param deadlineMillis how long the asker waits
   */
  Mono<DhtAnswer> answer(Caller from, DhtRequest request, int deadlineMillis);

  /** Sums and sizes for metrics; cheap, and never waits. */
  DhtStats stats();

  /**
   * What happens from now on: how the node serves, where it can be dialled, how well it is
   * connected, attacks that it suspects, and records that change.
   *
   * <p>Hot; completes when the node stops, never errors. It signals on the node's worker, or where
   * a slow subscriber asks for more: do not block there. For each subscriber that does not keep up
   * 256 events wait; of more the oldest are dropped and counted in {@link DhtStats#eventsDropped}.
   */
  Flux<DhtEvent> events();

  /** The state as of now, with all contacts and records; for tools and tests. */
  Mono<DhtSnapshot> snapshot();
}
