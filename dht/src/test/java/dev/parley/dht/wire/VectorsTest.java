package dev.parley.dht.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Identity;
import dev.parley.Network;
import dev.parley.NetworkId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The vectors of the protocol for the DHT: what another implementation has to read and write alike.
 * With {@code -Dparley.vectors.write=true} they are written.
 */
class VectorsTest {
  private static final Path FILE = Path.of("../vectors/dht.json");
  private static final String NETWORK = "auction-house";
  private static final long SEQUENCE = 1_700_000_000_000_000L;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final NetworkId network = Network.open(NETWORK).id();
  private final Identity alice = Identity.fromSeed(bytes("dht/alice"));
  private final NodeKey key = NodeKey.of(network, alice.id());
  private final DhtCodec codec = DhtCodec.of(network);
  private final IpEndpoint ip4 = IpEndpoint.v4(0xc0000201, 7400);
  private final IpEndpoint ip6 = IpEndpoint.v6(0x20010db800000000L, 1, 7400);
  private final List<Contact> contacts =
      List.of(
          new Contact(key, List.of(ip4, ip6)),
          new Contact(NodeKey.of(network, Identity.fromSeed(bytes("dht/bob")).id()), List.of(ip4)));
  private final ArrayNode requests = JSON.createArrayNode();
  private final ArrayNode answers = JSON.createArrayNode();
  private final ArrayNode refused = JSON.createArrayNode();
  private final ArrayNode listings = JSON.createArrayNode();

  private static byte[] bytes(String label) {
    try {
      String text = "parley vectors 1/" + label + "/0";
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private AgentListing listing(long sequence, boolean clientOnly, ListingAddress... addresses) {
    return AgentListing.sign(
        network,
        key,
        sequence,
        Duration.ofHours(24),
        List.of(addresses),
        clientOnly,
        ListingSigner.of(alice));
  }

  private AgentListing listing() {
    return listing(SEQUENCE, false, ip4, ip6, new HostEndpoint("alice.example", 7400));
  }

  @Test
  void areWhatThisCodeWritesAndReads() throws IOException {
    listings();
    requests();
    answers();
    refused();
    ObjectNode file = JSON.createObjectNode().put("format", "parley dht 1");
    file.put("network", NETWORK).put("seed", hex(bytes("dht/alice")));
    file.set(
        "derivations",
        JSON.createObjectNode()
            .put("networkId", hex(network.toBytes()))
            .put("id", hex(key.toBytes()))
            .put("nodeId", hex(key.id().toBytes()))
            .put("place0", hex(listing().place(0).toBytes()))
            .put("place1", hex(listing().place(1).toBytes())));
    file.set("listings", listings);
    file.set("requests", requests);
    file.set("answers", answers);
    file.set("refused", refused);
    byte[] expected = encode(file);
    if (Boolean.getBoolean("parley.vectors.write")) {
      Files.write(FILE, expected);
    }
    assertThat(Arrays.equals(published(), expected)).as("dht.json").isTrue();
  }

  private static byte[] encode(ObjectNode file) {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter);
    String text = JSON.writer().with(printer).writeValueAsString(file) + "\n";
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] published() throws IOException {
    if (Boolean.getBoolean("parley.vectors.write")) {
      return Files.readAllBytes(FILE);
    }
    try (InputStream in = VectorsTest.class.getResourceAsStream("/vectors/parley/dht.json")) {
      return in.readAllBytes();
    }
  }

  private void listings() {
    add("addresses of three types", listing());
    WebSocketEndpoint name = new WebSocketEndpoint("alice.example", 443, "/parley");
    WebSocketEndpoint ip = new WebSocketEndpoint("2001:db8::1", 80, "/");
    add("WebSocket addresses", listing(SEQUENCE, false, name, ip));
    add("a relay", listing(SEQUENCE, false, new RelayEndpoint(hex(bytes("dht/relay")))));
    add("an agent that serves no others", listing(SEQUENCE, true, ip4));
    add("tombstone", listing(SEQUENCE + 1, false));
    add("the last sequence number", listing(Long.MAX_VALUE, false, ip4));
  }

  private void add(String name, AgentListing listing) {
    assertThat(ListingVerifier.ed25519().verify(listing)).isTrue();
    assertThat(AgentListing.decode(network, listing.toBytes())).isEqualTo(listing);
    listings.add(
        JSON.createObjectNode()
            .put("name", name)
            .put("seq", Long.toUnsignedString(listing.sequence()))
            .put("lifetimeSeconds", listing.lifetime().toSeconds())
            .put("tombstone", listing.isTombstone())
            .put("clientOnly", listing.isClientOnly())
            .put("addresses", listing.addresses().size())
            .put("bytes", hex(listing.toBytes())));
  }

  private void request(String name, DhtRequest request, int deadline) {
    byte[] encoded = codec.encode(request, deadline);
    assertThat(codec.decodeRequest(encoded)).isEqualTo(new DhtCodec.Received(request, deadline));
    requests.add(
        JSON.createObjectNode()
            .put("name", name)
            .put("op", request.op().name())
            .put("deadlineMs", deadline)
            .put("bytes", hex(encoded)));
  }

  private void requests() {
    int tag = DhtCodec.networkTag(network);
    DhtKey place = listing().place(0);
    request(
        "HELLO of a server", new DhtRequest.Hello(tag, true, 0, List.of(ip4, ip6), SEQUENCE), 5000);
    request(
        "HELLO of a client without a listing",
        new DhtRequest.Hello(tag, false, 0, List.of(), 0),
        5000);
    request("PING", new DhtRequest.Ping(), 1000);
    request("FIND, 20 contacts", new DhtRequest.Find(key.id(), 20), 5000);
    request("GET, passed on three times", new DhtRequest.Get(place, 0, 3, 20), 5000);
    request("GET of what is newer than the last", new DhtRequest.Get(place, -1, 0, 0), 5000);
    request("PUT", new DhtRequest.Put(0, listing()), 5000);
    request("PUT of a tombstone", new DhtRequest.Put(0, listing(SEQUENCE + 1, false)), 5000);
    List<DhtRequest.Offer> offers =
        List.of(
            DhtRequest.Offer.of(place, SEQUENCE),
            DhtRequest.Offer.of(listing().place(1), SEQUENCE));
    request("HAVE of two", new DhtRequest.Have(offers), 1000);
    request("DIALBACK", new DhtRequest.DialBack(7400, 1, 2), 5000);
  }

  private void answer(String name, DhtRequest.Op op, DhtAnswer answer) {
    byte[] encoded = codec.encode(answer);
    assertThat(codec.decodeAnswer(op, encoded)).isEqualTo(answer);
    answers.add(
        JSON.createObjectNode()
            .put("name", name)
            .put("op", op.name())
            .put("status", encoded[1] & 0xFF)
            .put("bytes", hex(encoded)));
  }

  private void answers() {
    int tag = DhtCodec.networkTag(network);
    answer(
        "HELLO",
        DhtRequest.Op.HELLO,
        new DhtAnswer.Hello(new DhtRequest.Hello(tag, true, 0, List.of(ip4), SEQUENCE), ip6));
    answer("PING", DhtRequest.Op.PING, new DhtAnswer.Pong(ip4, 61, 3));
    answer("two contacts", DhtRequest.Op.FIND, new DhtAnswer.Nodes(contacts));
    answer("no contacts", DhtRequest.Op.FIND, new DhtAnswer.Nodes(List.of()));
    answer("a listing", DhtRequest.Op.GET, new DhtAnswer.Got(listing(), 0, 0, contacts));
    answer("a cached copy", DhtRequest.Op.GET, new DhtAnswer.Got(listing(), 0, 90, List.of()));
    answer(
        "a tombstone",
        DhtRequest.Op.GET,
        new DhtAnswer.Got(listing(SEQUENCE + 1, false), 0, 0, List.of()));
    answer("nothing newer", DhtRequest.Op.GET, new DhtAnswer.Got(null, SEQUENCE, 0, List.of()));
    answer("nothing", DhtRequest.Op.GET, new DhtAnswer.Got(null, 0, 0, contacts));
    for (DhtAnswer.PutResult result : DhtAnswer.PutResult.values()) {
      AgentListing newer = result == DhtAnswer.PutResult.OLDER ? listing() : null;
      answer("PUT: " + result, DhtRequest.Op.PUT, new DhtAnswer.Stored(result, newer, contacts));
    }
    answer("the second is wanted", DhtRequest.Op.HAVE, new DhtAnswer.Wanted(2));
    for (DhtAnswer.DialBackResult result : DhtAnswer.DialBackResult.values()) {
      answer("DIALBACK: " + result, DhtRequest.Op.DIALBACK, new DhtAnswer.DialledBack(result));
    }
    for (DhtAnswer.Refusal refusal : DhtAnswer.Refusal.values()) {
      int retryAfter = refusal == DhtAnswer.Refusal.BUSY ? 250 : 0;
      answer("refused: " + refusal, DhtRequest.Op.GET, new DhtAnswer.Refused(refusal, retryAfter));
    }
  }

  private void refused(String name, byte[] bytes) {
    assertThatThrownBy(() -> codec.decodeRequest(bytes))
        .as(name)
        .isInstanceOf(DhtFormatException.class);
    refused.add(
        JSON.createObjectNode()
            .put("name", name)
            .put("bytes", hex(bytes))
            .put("status", DhtCodec.isUnknownOp(bytes) ? 4 : 3));
  }

  private void refused() {
    byte[] ping = codec.encode(new DhtRequest.Ping(), 1000);
    refused("nothing", new byte[0]);
    refused("version 2", with(ping, 0, 2));
    refused("an unknown op", with(ping, 1, 7));
    refused("a flag", with(ping, 2, 1));
    refused("a byte behind the end", Arrays.copyOf(ping, ping.length + 1));
    byte[] find = codec.encode(new DhtRequest.Find(key.id(), 20), 1000);
    refused("FIND of 21 contacts", with(find, find.length - 1, 21));
    refused("FIND of no contacts", with(find, find.length - 1, 0));
    byte[] put = codec.encode(new DhtRequest.Put(0, listing()), 1000);
    refused("PUT under slot 2", with(put, 5, 2));
    refused("PUT of a listing of version 2", with(put, 6, 2));
    refused("PUT with an unknown flag", with(put, 7, 4));
    refused("PUT of a tombstone with addresses", with(put, 7, 1));
    refused("PUT with the sequence number 0", with(put, 40, new byte[8]));
    byte[] beyond = {(byte) 0x80, 0, 0, 0, 0, 0, 0, 0};
    refused("PUT with the sequence number 2^63", with(put, 40, beyond));
    refused("PUT with a lifetime of 299 s", with(put, 48, new byte[] {0, 0, 1, 0x2B}));
    refused("PUT that is cut off", Arrays.copyOf(put, put.length - 1));
    byte[] hello =
        codec.encode(
            new DhtRequest.Hello(DhtCodec.networkTag(network), true, 0, List.of(ip4), 9), 1000);
    refused("HELLO of another network", with(hello, 5, hello[5] ^ 1));
    List<DhtRequest.Offer> one = List.of(DhtRequest.Offer.of(listing().place(0), 9));
    refused("HAVE of nothing", with(codec.encode(new DhtRequest.Have(one), 1000), 5, 0));
    refused("DIALBACK of port 0", withPort0());
  }

  private byte[] withPort0() {
    return with(codec.encode(new DhtRequest.DialBack(7400, 1, 2), 1000), 5, new byte[2]);
  }

  private static byte[] with(byte[] bytes, int at, int value) {
    return with(bytes, at, new byte[] {(byte) value});
  }

  private static byte[] with(byte[] bytes, int at, byte[] values) {
    byte[] changed = bytes.clone();
    System.arraycopy(values, 0, changed, at, values.length);
    return changed;
  }
}
