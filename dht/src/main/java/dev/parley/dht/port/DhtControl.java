package dev.parley.dht.port;

import dev.parley.AgentId;
import dev.parley.PeerAddress;
import dev.parley.dht.AgentDht;
import dev.parley.dht.PublishReport;
import dev.parley.dht.ResolveOptions;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.ListingAddress;
import dev.parley.dht.wire.NodeKey;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A node of the DHT in the hands of who assembles it: it is started, fed, and stopped. */
public interface DhtControl extends AgentDht {
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

  /**
   * From now on these are the seeds, which are asked again for ever where they are not in the
   * table: a seed's name may lead to another address than before. Ignored before the start.
   */
  void reseed(List<Contact> seeds);

  /** Saves the table and stops. Idempotent; completes also where it has stopped, never errors. */
  Mono<Void> stop();

  /**
   * Publishes where our agent is, and from now on again before it is forgotten.
   *
   * <p>Completes when three quarters of the copies are stored, or no more can be; the rest follows.
   * Without addresses it publishes that the agent is gone.
   */
  Mono<PublishReport> publish(List<? extends ListingAddress> addresses);

  /** As {@link #resolve}, with the listings themselves. */
  Flux<Finding> find(AgentId agent, ResolveOptions options);

  /** As {@link #snapshot}, with the contacts and listings themselves. */
  Mono<DhtState> state();

  /** The live servers nearest to a point, nearest first, at most 20. */
  Flux<Contact> closest(DhtKey target);

  /** As {@link #closest}, for the node's own place; those whose key is no agent's are left out. */
  @Override
  default Flux<PeerAddress> neighbours() {
    return Flux.defer(() -> closest(self().id())).mapNotNull(Contact::peer);
  }

  /**
   * Answers another node's request; the adapter of the links calls it. Never errors and never
   * completes empty.
   *
   * @param deadlineMillis how long the asker waits
   */
  Mono<DhtAnswer> answer(Caller from, DhtRequest request, int deadlineMillis);
}
