package dev.parley.dht.wire;

/** Tells whether listings are signed by the agents they speak for. */
@FunctionalInterface
public interface ListingVerifier {
  /** Whether the signature is the agent's own; false also for a key that is no agent's. */
  boolean verify(AgentListing listing);

  /**
   * The one strict rule that all nodes share: Ed25519 as {@link dev.parley.AgentId#verify} has it.
   */
  static ListingVerifier ed25519() {
    return listing -> {
      try {
        return listing
            .key()
            .agent()
            .verify(ListingSigner.PURPOSE, listing.statement(), listing.signature());
      } catch (IllegalArgumentException e) {
        return false;
      }
    };
  }
}
