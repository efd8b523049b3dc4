package dev.parley.dht;

import dev.parley.dht.wire.AgentRecord;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.IpEndpoint;
import java.util.List;

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
public record DhtSnapshot(
    boolean server,
    List<IpEndpoint> addresses,
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
   * @param bucket how many leading bits it shares with the node
   * @param live whether it is told to others
   * @param warm whether a link is open
   * @param rttMillis the smoothed round trip; negative while unknown
   */
  public record KnownContact(
      Contact contact, int bucket, boolean live, boolean warm, double rttMillis) {}

  /** A record and where it belongs. */
  public record HeldRecord(DhtKey place, AgentRecord record) {}
}
