package dev.parley.dht;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.PeerAddress;
import dev.parley.dht.wire.AgentRecord;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtKey;
import java.util.List;
import java.util.Objects;

/**
 * A node's state at one moment, for tools and tests.
 *
 * @param server whether it serves others
 * @param addresses where it says it can be dialled
 * @param contacts the table, from the farthest bucket to the nearest
 * @param records the records that it holds for others
 * @param recordBytes their bytes
 * @param networkSize its guess of how many servers there are; 0 while it has none
 * @param lookups how many lookups are under way
 * @param callsInFlight how many requests are under way
 * @param peersCounted how many peers use up rates
 */
@SuppressWarnings("exports") // points, contacts and records are for our own modules
public record DhtSnapshot(
    boolean server,
    List<Address> addresses,
    List<KnownContact> contacts,
    List<HeldRecord> records,
    long recordBytes,
    double networkSize,
    int lookups,
    int callsInFlight,
    int peersCounted) {
  /**
   * A contact of the table.
   *
   * @param contact the node; for our own modules, as {@link #peer} is for users
   * @param bucket how many leading bits it shares with the node
   * @param live whether it is told to others
   * @param warm whether a link is open
   * @param rttMillis the smoothed round trip; negative while unknown
   */
  public record KnownContact(
      Contact contact, int bucket, boolean live, boolean warm, double rttMillis) {
    /** Who it is, and where: it has proved it. */
    public PeerAddress peer() {
      return Objects.requireNonNull(contact.peer(), "a contact of the table has proved its key");
    }
  }

  /**
   * A record that is held for its agent.
   *
   * @param place where it belongs; for our own modules
   * @param record the record; for our own modules
   */
  public record HeldRecord(DhtKey place, AgentRecord record) {
    /** Whose it is. */
    public AgentId agent() {
      return record.key().agent();
    }
  }
}
