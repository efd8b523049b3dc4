/**
 * The encrypted session between two agents, without I/O: handshake messages, records and control
 * records as bytes in and bytes out.
 *
 * <p>Start reading at {@link dev.parley.transport.session.SessionOptions}. A dialling node drives
 * an {@link dev.parley.transport.session.InitiatorHandshake}, a listening node a {@link
 * dev.parley.transport.session.ResponderHandshake}; both end in an {@link
 * dev.parley.transport.session.EstablishedSession}, whose {@link
 * dev.parley.transport.session.RecordSealer} and {@link dev.parley.transport.session.RecordOpener}
 * protect everything that follows. Every unit on the wire is a big-endian {@code u16 length}
 * followed by that many bytes. All integers are big endian.
 */
@NullMarked
package dev.parley.transport.session;

import org.jspecify.annotations.NullMarked;
