/**
 * The ports of {@code core}: what a protocol, a filter, a store or an observer of a user's own
 * implements, and what it is given.
 *
 * <p>Start with {@link dev.parley.spi.Protocol}, {@link dev.parley.spi.ExchangeFilter} and {@link
 * dev.parley.spi.NodeListener}.
 */
@NullMarked
package dev.parley.spi;

import org.jspecify.annotations.NullMarked;
