/**
 * One link: the Netty handler of a connection whose sides are proved, and the calls that are under
 * way on it. Internal: not exported.
 *
 * <p>Start with {@link dev.parley.transport.rsocket.link.RSocketLink} and {@link
 * dev.parley.transport.rsocket.link.LinkChannel}.
 */
@NullMarked
package dev.parley.transport.rsocket.link;

import org.jspecify.annotations.NullMarked;
