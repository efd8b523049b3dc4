package dev.parley;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.fuzz.Choices;
import dev.parley.fuzz.Decoder;
import dev.parley.fuzz.Seeds;
import java.util.Arrays;
import java.util.List;

/** Ids, addresses, names and signatures. */
public final class WordDecoders {
  private static final Identity ALICE = Identity.fromSeed(filled(1));
  private static final String ID = ALICE.id().toString();
  private static final String PURPOSE = "fuzz";

  private WordDecoders() {}

  public static List<Decoder> list() {
    return List.of(
        Decoder.of(
            "agent-id",
            IllegalArgumentException.class,
            Seeds.all(
                List.of(ALICE.id().toBytes()), Seeds.vectors("refusals.json", "id", "initiatorId")),
            WordDecoders::agentId),
        Decoder.of(
            "agent-id-text",
            IllegalArgumentException.class,
            Seeds.texts(ID, "did:key:" + ID),
            WordDecoders::agentIdText),
        Decoder.of(
            "address",
            IllegalArgumentException.class,
            Seeds.texts(
                "example.org:7400", "[2001:db8::1]:0", "ws://192.0.2.7:80/a/%20b", "quic://h:1"),
            WordDecoders::address),
        Decoder.of(
            "peer-address",
            IllegalArgumentException.class,
            Seeds.texts(ID + "@example.org:7400", ID + "@ws://[::1]:80/p"),
            WordDecoders::peerAddress),
        Decoder.of(
            "network-name",
            IllegalArgumentException.class,
            Seeds.texts("auction-house", "Büro 7"),
            in -> assertThat(Network.open(text(in)).name()).contains(text(in))),
        Decoder.of(
            "trace",
            IllegalArgumentException.class,
            Seeds.texts(
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01congo=t61,rojo=00f0"),
            WordDecoders::trace),
        Decoder.of(
            "signature",
            IllegalArgumentException.class,
            Seeds.all(
                List.of(ALICE.sign(PURPOSE, filled(2))),
                Seeds.vectors("signatures.json", "signature")),
            WordDecoders::signature));
  }

  private static void agentId(byte[] in) {
    AgentId id = AgentId.of(in);
    assertThat(id.toBytes()).isEqualTo(in);
    assertThat(AgentId.parse(id.toString())).isEqualTo(id);
    assertThat(id.x25519PublicKey()).hasSize(32);
  }

  private static void agentIdText(byte[] in) {
    String text = text(in);
    AgentId id = AgentId.parse(text);
    assertThat(text).isIn(id.toString(), id.toDid());
  }

  private static void address(byte[] in) {
    Address address = Address.parseListen(text(in));
    assertThat(Address.parseListen(address.toString())).isEqualTo(address);
  }

  private static void peerAddress(byte[] in) {
    PeerAddress address = PeerAddress.parse(text(in));
    assertThat(PeerAddress.parse(address.toString())).isEqualTo(address);
    assertThat(address.address().isDialable()).isTrue();
  }

  private static void trace(byte[] in) {
    Choices choices = new Choices(in);
    TraceContext trace = TraceContext.parse(text(choices.bytes(55)), text(choices.rest()));
    if (trace == null) {
      throw new IllegalArgumentException("none");
    }
    assertThat(TraceContext.parse(trace.traceparent(), trace.tracestate())).isEqualTo(trace);
  }

  /** A signature is right or not, and only the one that was made is. */
  private static void signature(byte[] in) {
    if (!ALICE.id().verify(PURPOSE, filled(2), in)) {
      throw new IllegalArgumentException("wrong");
    }
    assertThat(in).isEqualTo(ALICE.sign(PURPOSE, filled(2)));
  }

  private static String text(byte[] in) {
    return new String(in, UTF_8);
  }

  private static byte[] filled(int value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
