package dev.parley;

import java.util.Objects;

/**
 * A peer and where to find it: {@code z6Mk...@host:port} or {@code z6Mk...@ws://host:port/path}.
 *
 * <p>The only form in which a peer is configured: whoever answers at the address has to prove the
 * id.
 *
 * @param id who the peer is
 * @param address where it can be dialled; its port is not 0
 */
public record PeerAddress(AgentId id, Address address) {
  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if the address cannot be dialled
   */
  public PeerAddress {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(address, "address");
    if (!address.isDialable()) {
      throw new IllegalArgumentException("port is 0, must be 1..65535 to dial a peer");
    }
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @throws IllegalArgumentException if {@code text} is not of that form
   */
  public static PeerAddress parse(String text) {
    Objects.requireNonNull(text, "text");
    int at = text.indexOf('@');
    if (at < 0) {
      throw new IllegalArgumentException(
          "a peer is written with its id: z6Mk...@host:port or z6Mk...@ws://host:port/path");
    }
    return new PeerAddress(
        AgentId.parse(text.substring(0, at)), Address.parse(text.substring(at + 1)));
  }

  /** The whole id and the address; {@link #parse} reads it. */
  @Override
  public String toString() {
    return id + "@" + address;
  }
}
