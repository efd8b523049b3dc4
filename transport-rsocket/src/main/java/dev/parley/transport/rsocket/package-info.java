/**
 * RSocket over an encrypted link. {@code FrameGuard} stands between the record layer and
 * rsocket-core: start reading there for what a peer may send and what happens when it sends
 * something else.
 */
@NullMarked
package dev.parley.transport.rsocket;

import org.jspecify.annotations.NullMarked;
