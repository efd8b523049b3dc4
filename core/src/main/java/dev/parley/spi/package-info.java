/**
 * The ports of {@code core}: what a transport, a resolver or an observer implements.
 *
 * <p>Start with {@link dev.parley.spi.Transport}, which opens {@link dev.parley.spi.Link}s and
 * hands what arrives to a {@link dev.parley.spi.Receiver}.
 */
@NullMarked
package dev.parley.spi;

import org.jspecify.annotations.NullMarked;
