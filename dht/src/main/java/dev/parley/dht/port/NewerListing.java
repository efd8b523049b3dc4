package dev.parley.dht.port;

import dev.parley.AgentId;
import dev.parley.dht.DhtEvent;
import dev.parley.dht.wire.AgentListing;

/**
 * What users see as {@link DhtEvent.ListingChanged}, with the listing itself.
 *
 * @param listing the newer one
 */
public record NewerListing(AgentListing listing) implements DhtEvent.ListingChanged {
  @Override
  public AgentId agent() {
    return listing.key().agent();
  }

  @Override
  public boolean hasLeft() {
    return listing.isTombstone();
  }
}
