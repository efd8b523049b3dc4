package dev.parley.dht;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.PeerAddress;
import java.util.List;

/** A node's state at one moment, for tools and tests. The DHT makes it. Immutable. */
public interface DhtSnapshot {
  /** Whether it serves others. */
  boolean server();

  /** Where it says it can be dialled. */
  List<Address> addresses();

  /** The table, from the farthest bucket to the nearest. */
  List<KnownContact> contacts();

  /** The listings that it holds for others. */
  List<HeldListing> listings();

  /** Their bytes. */
  long listingBytes();

  /** Its guess of how many servers there are; 0 while it has none. */
  double networkSize();

  /** How many lookups are under way. */
  int lookups();

  /** How many requests are under way. */
  int callsInFlight();

  /** How many peers use up rates. */
  int peersCounted();

  /** A contact of the table. */
  interface KnownContact {
    /** Who it is, and where it is dialled first: it has proved it. */
    PeerAddress peer();

    /** Where it can be dialled, the best first. */
    List<Address> addresses();

    /** How many leading bits it shares with the node. */
    int bucket();

    /** Whether it is told to others. */
    boolean live();

    /** Whether a link is open. */
    boolean warm();

    /** The smoothed round trip; negative while unknown. */
    double rttMillis();
  }

  /** A listing that is held for its agent. */
  interface HeldListing {
    /** Whose it is. */
    AgentId agent();
  }
}
