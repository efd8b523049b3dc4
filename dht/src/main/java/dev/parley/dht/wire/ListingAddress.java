package dev.parley.dht.wire;

import dev.parley.Address;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a listing says that its agent is: an IP address, a host name, a WebSocket, or behind a
 * relay.
 */
public sealed interface ListingAddress
    permits IpEndpoint, HostEndpoint, WebSocketEndpoint, RelayEndpoint {
  /** The address to dial; null where there is none, behind a relay. */
  @Nullable Address toAddress();

  /** The length of the encoded form in bytes. */
  int encodedLength();

  /** Those of them that can be dialled from here. */
  static List<Address> all(List<? extends ListingAddress> addresses) {
    return addresses.stream().map(ListingAddress::toAddress).filter(Objects::nonNull).toList();
  }
}
