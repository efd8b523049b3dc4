package dev.parley.dht.wire;

/**
 * Where a record says that its agent is: an IP address, a host name, a WebSocket, or behind a
 * relay.
 */
public sealed interface RecordAddress
    permits IpEndpoint, HostEndpoint, WebSocketEndpoint, RelayEndpoint {
  /** The length of the encoded form in bytes. */
  int encodedLength();
}
