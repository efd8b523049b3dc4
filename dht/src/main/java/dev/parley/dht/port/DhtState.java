package dev.parley.dht.port;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.PeerAddress;
import dev.parley.dht.DhtSnapshot;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.IpEndpoint;
import java.util.List;
import java.util.Objects;

/**
 * What users see as {@link DhtSnapshot}, with contacts and listings themselves.
 *
 * @param table the contacts, from the farthest bucket to the nearest
 * @param store the listings that it holds for others
 */
public record DhtState(
    boolean server,
    List<Address> addresses,
    List<TableContact> table,
    List<StoredListing> store,
    long listingBytes,
    double networkSize,
    int lookups,
    int callsInFlight,
    int peersCounted)
    implements DhtSnapshot {
  /** Copies the lists. */
  public DhtState {
    addresses = List.copyOf(addresses);
    table = List.copyOf(table);
    store = List.copyOf(store);
  }

  @Override
  public List<KnownContact> contacts() {
    return List.copyOf(table);
  }

  @Override
  public List<HeldListing> listings() {
    return List.copyOf(store);
  }

  /**
   * A contact of the table.
   *
   * @param contact the node
   * @param bucket how many leading bits it shares with the node
   * @param live whether it is told to others
   * @param warm whether a link is open
   * @param rttMillis the smoothed round trip; negative while unknown
   */
  public record TableContact(
      Contact contact, int bucket, boolean live, boolean warm, double rttMillis)
      implements KnownContact {
    @Override
    public PeerAddress peer() {
      return Objects.requireNonNull(contact.peer(), "a contact of the table has proved its key");
    }

    @Override
    public List<Address> addresses() {
      return contact.addresses().stream().map(IpEndpoint::toAddress).toList();
    }
  }

  /**
   * A listing of the store.
   *
   * @param place where it belongs
   * @param listing the listing
   */
  public record StoredListing(DhtKey place, AgentListing listing) implements HeldListing {
    @Override
    public AgentId agent() {
      return listing.key().agent();
    }
  }
}
