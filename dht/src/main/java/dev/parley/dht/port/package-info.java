/**
 * What a node of the DHT needs: everything that touches the world is a port. For what assembles
 * nodes, not for users.
 *
 * <p>Start with {@link dev.parley.dht.port.DhtEnv}.
 */
@NullMarked
package dev.parley.dht.port;

import org.jspecify.annotations.NullMarked;
