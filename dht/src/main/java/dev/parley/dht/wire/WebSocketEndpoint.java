package dev.parley.dht.wire;

import dev.parley.Address;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket address; in listings only, since nodes of the DHT are dialled over TCP.
 *
 * @param host a DNS name or an IP address in the form of {@link Address}, 1..64 characters
 * @param port 1..65535
 * @param path the path, 1..40 characters, so that eight such addresses fit a listing
 */
public record WebSocketEndpoint(String host, int port, String path) implements ListingAddress {
  /** Longest host. */
  public static final int MAX_HOST_LENGTH = HostEndpoint.MAX_HOST_LENGTH;

  /** Longest path. */
  public static final int MAX_PATH_LENGTH = 40;

  /**
   * The paths at which others dial what a listing says: a dial is an HTTP request, and its path is
   * not the signer's to choose.
   */
  public static final Set<String> KNOWN_PATHS = Set.of("/", "/parley");

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if one is too long, or not in its one form
   */
  public WebSocketEndpoint {
    if (host.isEmpty() || host.length() > MAX_HOST_LENGTH) {
      throw new IllegalArgumentException(
          "host has " + host.length() + " characters, must be 1.." + MAX_HOST_LENGTH);
    }
    if (path.isEmpty() || path.length() > MAX_PATH_LENGTH) {
      throw new IllegalArgumentException(
          "path has " + path.length() + " characters, must be 1.." + MAX_PATH_LENGTH);
    }
    Address address = Address.ws(host, port, path);
    if (port == 0 || !address.host().equals(host)) {
      throw new IllegalArgumentException("host must be in its one form, port 1..65535");
    }
  }

  /**
   * The endpoint of a WebSocket address.
   *
   * @throws IllegalArgumentException if the address is another or does not fit a listing
   */
  public static WebSocketEndpoint of(Address address) {
    if (!address.scheme().equals(Address.Scheme.WS)) {
      throw new IllegalArgumentException("address must be ws://host:port/path");
    }
    return new WebSocketEndpoint(address.host(), address.port(), address.path());
  }

  /** This endpoint as an address to dial. */
  @Override
  public Address toAddress() {
    return Address.ws(host, port, path);
  }

  /** The IP address and port, where the host is no name. */
  public @Nullable IpEndpoint ip() {
    return IpEndpoint.from(Address.tcp(host, port));
  }

  static WebSocketEndpoint read(WireReader in) {
    byte[] host = in.bytes(in.u8("host length", 1, MAX_HOST_LENGTH));
    int port = in.u16();
    byte[] path = in.bytes(in.u8("path length", 1, MAX_PATH_LENGTH));
    try {
      return new WebSocketEndpoint(text(host), port, text(path));
    } catch (IllegalArgumentException e) {
      throw new DhtFormatException("a WebSocket address is not in its one form");
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  void write(WireWriter out) {
    byte[] name = host.getBytes(StandardCharsets.ISO_8859_1);
    byte[] rest = path.getBytes(StandardCharsets.ISO_8859_1);
    out.u8(name.length).bytes(name).u16(port).u8(rest.length).bytes(rest);
  }

  @Override
  public int encodedLength() {
    return 1 + 1 + host.length() + 2 + 1 + path.length();
  }

  /** {@code ws://host:port/path}. */
  @Override
  public String toString() {
    return toAddress().toString();
  }

  /** Whether others dial it where a listing tells it. */
  public boolean hasKnownPath() {
    return KNOWN_PATHS.contains(path);
  }
}
