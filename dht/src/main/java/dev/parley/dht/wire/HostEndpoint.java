package dev.parley.dht.wire;

import dev.parley.Address;
import java.nio.charset.StandardCharsets;

/**
 * A host name and TCP port; in listings only, since a contact's name could be made to point at
 * others.
 *
 * @param host a DNS name in the form of {@link Address}, 1..64 characters, no IP address
 * @param port 1..65535
 */
public record HostEndpoint(String host, int port) implements ListingAddress {
  /** Longest name. */
  public static final int MAX_HOST_LENGTH = 64;

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if the name is none, or is not in its one form
   */
  public HostEndpoint {
    if (host.isEmpty() || host.length() > MAX_HOST_LENGTH) {
      throw new IllegalArgumentException(
          "host has " + host.length() + " characters, must be 1.." + MAX_HOST_LENGTH);
    }
    Address address = Address.tcp(host, port);
    if (port == 0 || !address.host().equals(host) || IpEndpoint.isLiteral(host)) {
      throw new IllegalArgumentException("host must be a name in lower case, port 1..65535");
    }
  }

  /** This endpoint as an address to dial. */
  @Override
  public Address toAddress() {
    return Address.tcp(host, port);
  }

  static HostEndpoint read(WireReader in) {
    byte[] name = in.bytes(in.u8("host length", 1, MAX_HOST_LENGTH));
    int port = in.u16();
    try {
      return new HostEndpoint(new String(name, StandardCharsets.ISO_8859_1), port);
    } catch (IllegalArgumentException e) {
      throw new DhtFormatException("a host address is not in its one form");
    }
  }

  void write(WireWriter out) {
    byte[] name = host.getBytes(StandardCharsets.ISO_8859_1);
    out.u8(name.length).bytes(name).u16(port);
  }

  /** {@code host:port}. */
  @Override
  public String toString() {
    return host + ":" + port;
  }

  @Override
  public int encodedLength() {
    return 1 + 1 + host.length() + 2;
  }
}
