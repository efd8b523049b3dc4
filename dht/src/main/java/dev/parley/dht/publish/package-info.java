/**
 * Brings listings to the nodes that hold them, our own and those of others. Internal: not exported.
 *
 * <p>Start with {@link dev.parley.dht.publish.Publisher}.
 */
@NullMarked
package dev.parley.dht.publish;

import org.jspecify.annotations.NullMarked;
