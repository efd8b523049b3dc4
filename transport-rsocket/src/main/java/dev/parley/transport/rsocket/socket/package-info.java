/**
 * Sockets, TCP and WebSocket, and the handshakes on them. Internal: not exported.
 *
 * <p>Start with {@link dev.parley.transport.rsocket.socket.Sockets} and {@link
 * dev.parley.transport.rsocket.socket.HandshakeHandler}.
 */
@NullMarked
package dev.parley.transport.rsocket.socket;

import org.jspecify.annotations.NullMarked;
