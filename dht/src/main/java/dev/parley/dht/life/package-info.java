/**
 * A node from its start to its stop, and its face towards {@code core}. For what assembles nodes,
 * not for users.
 *
 * <p>Start with {@link dev.parley.dht.life.KademliaNode}.
 */
@NullMarked
package dev.parley.dht.life;

import org.jspecify.annotations.NullMarked;
