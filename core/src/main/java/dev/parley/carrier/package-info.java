/**
 * The port of what carries links, for our own carriers: it is not fixed yet, so users cannot name
 * it.
 *
 * <p>Start with {@link dev.parley.carrier.Carrier}; {@link dev.parley.carrier.Transport} is what a
 * messenger needs of all carriers together.
 */
@NullMarked
package dev.parley.carrier;

import org.jspecify.annotations.NullMarked;
