package dev.parley.dht.wire;

import dev.parley.Identity;
import dev.parley.Network;
import dev.parley.NetworkId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Random but repeatable values of every wire type. */
final class Samples {
  static final NetworkId NETWORK = Network.open("samples").id();
  static final Identity ALICE = Identity.fromSeed(filled(1));
  static final NodeKey ALICE_KEY = NodeKey.of(NETWORK, ALICE.id());

  private final RandomGenerator random;

  Samples(RandomGenerator random) {
    this.random = random;
  }

  static byte[] filled(int value) {
    byte[] bytes = new byte[32];
    java.util.Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  static AgentListing listing(long sequence, ListingAddress... addresses) {
    return AgentListing.sign(
        NETWORK,
        ALICE_KEY,
        sequence,
        Duration.ofHours(24),
        List.of(addresses),
        false,
        ListingSigner.of(ALICE));
  }

  NodeKey node() {
    byte[] key = new byte[32];
    random.nextBytes(key);
    return NodeKey.of(NETWORK, key);
  }

  IpEndpoint ip() {
    int port = random.nextInt(1, 65536);
    return random.nextBoolean()
        ? IpEndpoint.v4(random.nextInt(), port)
        : IpEndpoint.v6(random.nextLong(), random.nextLong(), port);
  }

  List<IpEndpoint> ips(int n) {
    List<IpEndpoint> ips = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      ips.add(ip());
    }
    return ips;
  }

  Contact contact() {
    return new Contact(node(), ips(random.nextInt(1, 4)));
  }

  List<Contact> contacts() {
    List<Contact> contacts = new ArrayList<>();
    int n = random.nextInt(DhtRequest.MAX_CONTACTS + 1);
    for (int i = 0; i < n; i++) {
      contacts.add(contact());
    }
    return contacts;
  }

  WebSocketEndpoint webSocket(int i) {
    String path = "/" + "p".repeat(random.nextInt(WebSocketEndpoint.MAX_PATH_LENGTH));
    IpEndpoint ip = ip();
    return random.nextBoolean()
        ? new WebSocketEndpoint(ip.toAddress().host(), ip.port(), path)
        : new WebSocketEndpoint("w" + random.nextInt(1 << 20) + ".example", 1 + i, path);
  }

  AgentListing listing() {
    List<ListingAddress> addresses = new ArrayList<>();
    int n = random.nextInt(AgentListing.MAX_ADDRESSES + 1);
    for (int i = 0; i < n; i++) {
      addresses.add(
          switch (random.nextInt(5)) {
            case 0 -> new HostEndpoint("h" + random.nextInt(1 << 20) + ".example", 1 + i);
            case 1 -> new RelayEndpoint(java.util.HexFormat.of().formatHex(node().toBytes()));
            case 2 -> webSocket(i);
            default -> ip();
          });
    }
    return AgentListing.sign(
        NETWORK,
        node(),
        random.nextLong(1, Long.MAX_VALUE),
        Duration.ofSeconds(random.nextInt(300, 172801)),
        addresses,
        random.nextBoolean(),
        statement -> new byte[64]);
  }

  DhtRequest request() {
    return switch (random.nextInt(7)) {
      case 0 -> hello();
      case 1 -> new DhtRequest.Ping();
      case 2 -> new DhtRequest.Find(DhtKey.random(random), random.nextInt(1, 21));
      case 3 ->
          new DhtRequest.Get(
              DhtKey.random(random), random.nextLong(), random.nextInt(4), random.nextInt(21));
      case 4 -> new DhtRequest.Put(random.nextInt(2), listing());
      case 5 -> {
        List<DhtRequest.Offer> offers = new ArrayList<>();
        for (int i = random.nextInt(1, 49); i > 0; i--) {
          offers.add(DhtRequest.Offer.of(DhtKey.random(random), random.nextLong()));
        }
        yield new DhtRequest.Have(offers);
      }
      default ->
          new DhtRequest.DialBack(random.nextInt(1, 65536), random.nextLong(), random.nextLong());
    };
  }

  DhtRequest.Hello hello() {
    return new DhtRequest.Hello(
        DhtCodec.networkTag(NETWORK),
        random.nextBoolean(),
        random.nextInt(),
        ips(random.nextInt(9)),
        random.nextLong());
  }

  DhtAnswer answer(DhtRequest.Op op) {
    if (random.nextInt(5) == 0) {
      DhtAnswer.Refusal refusal = DhtAnswer.Refusal.values()[random.nextInt(5)];
      if (op != DhtRequest.Op.PUT || refusal != DhtAnswer.Refusal.LIMIT) {
        return new DhtAnswer.Refused(
            refusal, refusal == DhtAnswer.Refusal.BUSY ? random.nextInt(65536) : 0);
      }
    }
    return switch (op) {
      case HELLO -> new DhtAnswer.Hello(hello(), ip());
      case PING -> new DhtAnswer.Pong(ip(), random.nextInt(65536), random.nextInt(256));
      case FIND -> new DhtAnswer.Nodes(contacts());
      case GET -> {
        int kind = random.nextInt(3);
        yield new DhtAnswer.Got(
            kind == 0 ? listing() : null,
            kind == 1 ? random.nextLong(1, 99) : 0,
            random.nextInt(65536),
            contacts());
      }
      case PUT -> {
        var result = DhtAnswer.PutResult.values()[random.nextInt(5)];
        yield new DhtAnswer.Stored(
            result, result == DhtAnswer.PutResult.OLDER ? listing() : null, contacts());
      }
      case HAVE -> new DhtAnswer.Wanted(random.nextLong());
      case DIALBACK ->
          new DhtAnswer.DialledBack(DhtAnswer.DialBackResult.values()[random.nextInt(5)]);
    };
  }
}
