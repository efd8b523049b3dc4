/**
 * RSocket over encrypted links: the carrier that a node uses.
 *
 * <p>Start with {@link dev.parley.transport.rsocket.RSocketCarrier} and its {@link
 * dev.parley.transport.rsocket.TransportOptions}. One connection is a {@code HandshakeHandler}
 * until both sides have proved who they are, and a {@code LinkChannel} from then on: record layer,
 * frame guard and RSocket's {@code DuplexConnection} in one Netty handler.
 *
 * <p>The packages beneath are its rooms and not for users: {@code socket} knows {@code link}, which
 * knows {@code frame}, which knows {@code guard}.
 */
@NullMarked
package dev.parley.transport.rsocket;

import org.jspecify.annotations.NullMarked;
