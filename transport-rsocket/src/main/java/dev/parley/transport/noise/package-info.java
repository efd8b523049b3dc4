/**
 * The Noise Protocol Framework, revision 34, with the hybrid forward secrecy extension: handshake
 * patterns as token lists, run by one engine.
 *
 * <p>Start at {@link dev.parley.transport.noise.HandshakeState}. Nothing here does I/O or knows
 * threads: bytes in, bytes out.
 */
@NullMarked
package dev.parley.transport.noise;

import org.jspecify.annotations.NullMarked;
