package dev.parley.dht.port;

import dev.parley.NetworkId;
import dev.parley.dht.wire.ListingSigner;
import dev.parley.dht.wire.ListingVerifier;
import java.util.Objects;
import java.util.random.RandomGenerator;
import reactor.core.scheduler.Scheduler;

/**
 * Everything outside that a node touches. With a simulated one of each, a node's run is repeatable.
 *
 * @param network the network it belongs to
 * @param scheduler gives the one worker on which all of the node's state is used
 * @param clock both clocks
 * @param random jitter and random targets; nothing secret
 * @param rpc the way to other nodes
 * @param signer signs the node's own listings
 * @param verifier checks listings
 * @param store keeps contacts over a restart
 * @param addresses which addresses are accepted
 * @param listener hears what happens
 */
public record DhtEnv(
    NetworkId network,
    Scheduler scheduler,
    DhtClock clock,
    RandomGenerator random,
    DhtRpc rpc,
    ListingSigner signer,
    ListingVerifier verifier,
    TableStore store,
    AddressRules addresses,
    DhtListener listener) {
  /** Refuses nulls. */
  public DhtEnv {
    Objects.requireNonNull(network, "network");
    Objects.requireNonNull(scheduler, "scheduler");
    Objects.requireNonNull(clock, "clock");
    Objects.requireNonNull(random, "random");
    Objects.requireNonNull(rpc, "rpc");
    Objects.requireNonNull(signer, "signer");
    Objects.requireNonNull(verifier, "verifier");
    Objects.requireNonNull(store, "store");
    Objects.requireNonNull(addresses, "addresses");
    Objects.requireNonNull(listener, "listener");
  }
}
