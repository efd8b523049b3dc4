package dev.parley.dht.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Identity;
import dev.parley.Network;
import dev.parley.NetworkId;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The examples of the protocol: what another implementation has to read and write alike. */
class VectorsTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final JsonNode VECTORS = read();

  private final NetworkId network = Network.open(VECTORS.get("network").asString()).id();
  private final Identity alice = Identity.fromSeed(HEX.parseHex(VECTORS.get("seed").asString()));
  private final NodeKey key = NodeKey.of(network, alice.id());
  private final DhtCodec codec = DhtCodec.of(network);
  private final IpEndpoint ip4 = IpEndpoint.v4(0xc0000201, 7400);
  private final IpEndpoint ip6 = IpEndpoint.v6(0x20010db800000000L, 1, 7400);

  private static JsonNode read() {
    try (InputStream in = VectorsTest.class.getResourceAsStream("/vectors/dht.json")) {
      return new ObjectMapper().readTree(in);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void pins(String name, byte[] bytes) {
    assertThat(HEX.formatHex(bytes)).as(name).isEqualTo(VECTORS.path(name).asString(""));
  }

  private AgentListing listing() {
    return AgentListing.sign(
        network,
        key,
        1_700_000_000_000_000L,
        Duration.ofHours(24),
        List.of(ip4, ip6, new HostEndpoint("alice.example", 7400)),
        false,
        ListingSigner.of(alice));
  }

  @Test
  void pinsIds() {
    pins("networkId", network.toBytes());
    pins("agentKey", key.toBytes());
    pins("nodeId", key.id().toBytes());
    pins("place0", listing().place(0).toBytes());
    pins("place1", listing().place(1).toBytes());
  }

  @Test
  void pinsListings() {
    pins("listing", listing().toBytes());
    assertThat(ListingVerifier.ed25519().verify(listing())).isTrue();
  }

  @Test
  void pinsRequests() {
    pins("find", codec.encode(new DhtRequest.Find(key.id(), 20), 5000));
    pins("get", codec.encode(new DhtRequest.Get(listing().place(0), 7, 3, 20), 5000));
    pins("put", codec.encode(new DhtRequest.Put(0, listing()), 5000));
    pins("ping", codec.encode(new DhtRequest.Ping(), 1000));
    pins(
        "have",
        codec.encode(
            new DhtRequest.Have(List.of(DhtRequest.Offer.of(listing().place(0), 9))), 1000));
    pins("dialback", codec.encode(new DhtRequest.DialBack(7400, 1, 2), 5000));
    pins(
        "hello",
        codec.encode(
            new DhtRequest.Hello(DhtCodec.networkTag(network), true, 0, List.of(ip4), 9), 0));
  }

  @Test
  void pinsAnswers() {
    List<Contact> contacts = new ArrayList<>();
    contacts.add(new Contact(key, List.of(ip4, ip6)));
    pins("nodes", codec.encode(new DhtAnswer.Nodes(contacts)));
    pins("got", codec.encode(new DhtAnswer.Got(listing(), 0, 0, contacts)));
    pins("notNewer", codec.encode(new DhtAnswer.Got(null, 9, 0, List.of())));
    pins("stored", codec.encode(new DhtAnswer.Stored(DhtAnswer.PutResult.STORED, null, contacts)));
    pins(
        "older",
        codec.encode(new DhtAnswer.Stored(DhtAnswer.PutResult.OLDER, listing(), contacts)));
    pins("busy", codec.encode(new DhtAnswer.Refused(DhtAnswer.Refusal.BUSY, 250)));
    pins("pong", codec.encode(new DhtAnswer.Pong(ip4, 61, 3)));
    pins("wanted", codec.encode(new DhtAnswer.Wanted(1)));
  }
}
