/**
 * Authenticated encryption and randomness for the encrypted link.
 *
 * <p>Start at {@link dev.parley.transport.crypto.AeadProviders#select}: it yields the fastest
 * {@link dev.parley.transport.crypto.AeadProvider} that passes its known-answer test, and the
 * provider yields one {@link dev.parley.transport.crypto.AeadKey} per key.
 */
@NullMarked
package dev.parley.transport.crypto;

import org.jspecify.annotations.NullMarked;
