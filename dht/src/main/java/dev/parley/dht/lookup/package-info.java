/**
 * Lookups: a state machine that is told what time it is, and the shell that does what it asks for.
 * Internal: not exported.
 *
 * <p>Start with {@link dev.parley.dht.lookup.Lookup}.
 */
@NullMarked
package dev.parley.dht.lookup;

import org.jspecify.annotations.NullMarked;
