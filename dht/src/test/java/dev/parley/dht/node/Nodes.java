package dev.parley.dht.node;

import dev.parley.Identity;
import dev.parley.Network;
import dev.parley.NetworkId;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.ListingSigner;
import dev.parley.dht.wire.NodeKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Keys, contacts and listings for tests. */
public final class Nodes {
  public static final NetworkId NETWORK = Network.open("tests").id();
  public static final Identity ALICE = Identity.fromSeed(new byte[32]);
  public static final NodeKey ALICE_KEY = NodeKey.of(NETWORK, ALICE.id());
  public static final long SECOND = 1_000_000_000L;
  public static final long WALL = 1_800_000_000_000L;

  private final RandomGenerator random;

  public Nodes(long seed) {
    random = new SplittableRandom(seed);
  }

  public RandomGenerator random() {
    return random;
  }

  public NodeKey key() {
    byte[] key = new byte[32];
    random.nextBytes(key);
    return NodeKey.of(NETWORK, key);
  }

  /** A contact on a network of its own. */
  public Contact contact() {
    return contact(key(), random.nextInt(0x0b000000, 0x60000000));
  }

  public static Contact contact(NodeKey key, int ip) {
    return new Contact(key, List.of(IpEndpoint.v4(ip, 7400)));
  }

  /** A contact whose id shares exactly {@code prefix} bits with {@code with}. */
  public Contact contactAt(DhtKey with, int prefix) {
    while (true) {
      Contact contact = contact();
      if (contact.id().commonPrefix(with) == prefix) {
        return contact;
      }
    }
  }

  public List<Contact> contacts(int n) {
    List<Contact> contacts = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      contacts.add(contact());
    }
    return contacts;
  }

  /** Nearest to the target first. */
  public static List<Contact> sorted(List<Contact> contacts, DhtKey target) {
    List<Contact> sorted = new ArrayList<>(contacts);
    sorted.sort((a, b) -> target.compareDistance(a.id(), b.id()));
    return sorted;
  }

  public static AgentListing listing(NodeKey owner, long sequenceMicros, IpEndpoint... addresses) {
    return AgentListing.sign(
        NETWORK,
        owner,
        sequenceMicros,
        Duration.ofHours(1),
        List.of(addresses),
        false,
        statement -> new byte[64]);
  }

  public static AgentListing aliceListing(long sequenceMicros) {
    return AgentListing.sign(
        NETWORK,
        ALICE_KEY,
        sequenceMicros,
        Duration.ofHours(1),
        List.of(IpEndpoint.v4(0x0b000001, 7400)),
        false,
        ListingSigner.of(ALICE));
  }
}
