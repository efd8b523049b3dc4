/**
 * Listings: those held for others, and those remembered for ourselves. State without I/O, clock or
 * threads. Internal: not exported.
 *
 * <p>Start with {@link dev.parley.dht.store.ListingStore}.
 */
@NullMarked
package dev.parley.dht.store;

import org.jspecify.annotations.NullMarked;
