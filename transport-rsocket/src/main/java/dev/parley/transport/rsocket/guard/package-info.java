/**
 * Which frames of RSocket may pass on a link, in either direction, and what is put together of
 * them: a state machine without I/O. Internal: not exported.
 *
 * <p>Start with {@link dev.parley.transport.rsocket.guard.FrameGuard}.
 */
@NullMarked
package dev.parley.transport.rsocket.guard;

import org.jspecify.annotations.NullMarked;
