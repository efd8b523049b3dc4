package dev.parley.dht.port;

import dev.parley.Address;
import dev.parley.dht.LookupReport;
import dev.parley.dht.Resolved;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.ListingAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What users see as {@link Resolved}, with the listing itself.
 *
 * @param listing the listing with FOUND, which may be a tombstone; otherwise null
 * @param contact with FOUND and no listing: the agent's own node, which has just answered
 * @param report how it was found, or not
 */
public record Finding(
    @Nullable AgentListing listing, @Nullable Contact contact, LookupReport report)
    implements Resolved {
  /** One without a contact. */
  public Finding(@Nullable AgentListing listing, LookupReport report) {
    this(listing, null, report);
  }

  @Override
  public boolean hasLeft() {
    return listing != null && listing.isTombstone();
  }

  @Override
  public List<Address> addresses() {
    return ListingAddress.all(endpoints());
  }

  @Override
  public @Nullable Instant told() {
    return listing == null ? null : Instant.EPOCH.plus(listing.sequence(), ChronoUnit.MICROS);
  }

  @Override
  public @Nullable Instant expires() {
    return listing == null ? null : Instant.ofEpochMilli(listing.expiresAtMillis());
  }

  /** The same as {@link #addresses}, as they are written in listings. */
  public List<? extends ListingAddress> endpoints() {
    if (listing != null) {
      return listing.addresses();
    }
    return contact != null ? contact.addresses() : List.of();
  }
}
