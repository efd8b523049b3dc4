/**
 * Which other nodes are known and how fast they answer. State without I/O, clock or threads.
 * Internal: not exported.
 *
 * <p>Start with {@link dev.parley.dht.table.RoutingTable}.
 */
@NullMarked
package dev.parley.dht.table;

import org.jspecify.annotations.NullMarked;
