/**
 * What all parts of a node share: its state, its requests to others, what it tells of itself.
 * Internal: not exported.
 *
 * <p>Start with {@link dev.parley.dht.node.NodeCore} and {@link dev.parley.dht.node.Calls}.
 */
@NullMarked
package dev.parley.dht.node;

import org.jspecify.annotations.NullMarked;
