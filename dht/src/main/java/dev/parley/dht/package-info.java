/**
 * Finds agents by their key: a reactive Kademlia with signed listings.
 *
 * <p>Start with {@link dev.parley.dht.AgentDht} (what a node does) and {@link
 * dev.parley.dht.DhtOptions}. The packages beneath are the rooms of the node that does it, and not
 * for users: {@code life} knows {@code publish}, {@code serve} and {@code lookup}; these know
 * {@code node}, which knows {@code store}, {@code table} and {@code port}. The rules themselves are
 * plain state machines without I/O, clock or threads: {@code Lookup}, {@code RoutingTable}, {@code
 * ListingStore}.
 */
@NullMarked
package dev.parley.dht;

import org.jspecify.annotations.NullMarked;
