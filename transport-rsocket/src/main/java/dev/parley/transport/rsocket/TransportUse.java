package dev.parley.transport.rsocket;

/**
 * What a transport holds at one moment of what {@link TransportOptions} bounds.
 *
 * @param connections accepted connections ({@code maxConnections})
 * @param handshakes accepted connections that have not proved an identity ({@code maxHandshakes})
 * @param handshakesWaiting steps of accepted handshakes that wait for a thread ({@code
 *     handshakeQueue})
 * @param reassemblyBytes bytes of incomplete messages ({@code maxNodeReassemblyBytes})
 * @param outboundBytes bytes that links hold for writing, beyond 64 KiB of each ({@code
 *     maxNodeOutboundBytes})
 */
public record TransportUse(
    int connections,
    int handshakes,
    int handshakesWaiting,
    long reassemblyBytes,
    long outboundBytes) {}
