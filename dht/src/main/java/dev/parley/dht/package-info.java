/**
 * Finds agents by their key: a reactive Kademlia with signed records.
 *
 * <p>Start with {@link dev.parley.dht.AgentDht} (what it does), {@link dev.parley.dht.KademliaNode}
 * (which does it), {@link dev.parley.dht.DhtEnv} (what it needs: everything that touches the world
 * is a port) and {@link dev.parley.dht.DhtResolver} (its face towards {@code core}). The rules
 * themselves are plain state machines without I/O, clock or threads: {@code Lookup}, {@code
 * RoutingTable}, {@code RecordStore}.
 */
@NullMarked
package dev.parley.dht;

import org.jspecify.annotations.NullMarked;
