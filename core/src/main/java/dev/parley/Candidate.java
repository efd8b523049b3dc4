package dev.parley;

import java.util.Objects;

/**
 * An address that may lead to an agent, and who says so.
 *
 * @param address where to dial; only the handshake proves who is there
 * @param source the resolver that gave it, such as {@code "address-book"}
 */
public record Candidate(Address address, String source) {
  /** Refuses nulls. */
  public Candidate {
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(source, "source");
  }
}
