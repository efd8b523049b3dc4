package dev.parley.transport.session;

import static dev.parley.transport.session.SessionFixture.ALICE;
import static dev.parley.transport.session.SessionFixture.BOB;
import static dev.parley.transport.session.SessionFixture.OPEN;
import static dev.parley.transport.session.SessionFixture.body;
import static dev.parley.transport.session.SessionFixture.options;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.fuzz.Decoder;
import dev.parley.fuzz.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The three messages of the handshake, as a stranger sends them, and what a peer puts in them. */
public final class HandshakeDecoders {
  private static final Suite[] SUITES = Suite.values();
  private static final SessionOptions BOBS = options(BOB, OPEN, 20).build();
  private static final NetworkKeys KEYS = new NetworkKeys(OPEN, BOB.id());
  private static final SessionFixture.Pair PAIR = pair(SUITES[0]);
  private static final byte[] PAYLOAD_3 = RawInitiator.payload3(ALICE.id().toBytes());

  private HandshakeDecoders() {}

  public static List<Decoder> list() {
    List<byte[]> messages = new ArrayList<>();
    List<byte[]> behindMac1 = new ArrayList<>();
    for (Suite suite : SUITES) {
      byte[] message = body(pair(suite).message1);
      messages.add(message);
      behindMac1.add(
          Seeds.concat(
              new byte[] {(byte) suite.ordinal()},
              Arrays.copyOfRange(message, HandshakeWire.NOISE_1_AT, message.length)));
    }
    messages.addAll(Seeds.vectors("refusals.json", "body"));
    Class<HandshakeRefusedException> refused = HandshakeRefusedException.class;
    return List.of(
        Decoder.of("message1", refused, messages, HandshakeDecoders::stranger),
        Decoder.of("message1-right-mac1", refused, behindMac1, HandshakeDecoders::message1),
        Decoder.of(
            "message2",
            refused,
            Seeds.all(
                List.of(body(PAIR.message2), new byte[] {(byte) 0xEE, 1, 0, 0, 0, 9, 0, 0}),
                Seeds.vectors("refusals.json", "body")),
            HandshakeDecoders::message2),
        Decoder.of("message3", refused, List.of(body(PAIR.message3)), HandshakeDecoders::message3),
        Decoder.of(
                "introduction",
                refused,
                Seeds.all(List.of(PAYLOAD_3), Seeds.vectors("handshakes.json", "payload3")),
                HandshakeDecoders::introduction)
            .allocating(2 << 20, 200),
        Decoder.of(
            "payload1",
            MalformedException.class,
            Seeds.vectors("handshakes.json", "payload1"),
            in -> {
              long time = HandshakePayloads.decode1(in);
              byte[] again = HandshakePayloads.encode1(time, 200);
              assertThat(HandshakePayloads.decode1(again)).isEqualTo(time);
            }),
        Decoder.of(
            "payload2",
            MalformedException.class,
            Seeds.vectors("handshakes.json", "payload2"),
            in -> {
              HandshakePayloads.Answer answer = HandshakePayloads.decode2(in);
              byte[] again = HandshakePayloads.encode2(answer, 200);
              assertThat(HandshakePayloads.decode2(again)).isEqualTo(answer);
            }),
        Decoder.of(
            "payload3",
            MalformedException.class,
            Seeds.all(List.of(PAYLOAD_3), Seeds.vectors("handshakes.json", "payload3")),
            HandshakeDecoders::payload3));
  }

  private static SessionFixture.Pair pair(Suite suite) {
    try {
      return SessionFixture.handshake(suite, OPEN);
    } catch (HandshakeRefusedException e) {
      throw new AssertionError(e);
    }
  }

  /** Nobody is answered who does not show that he knows the network and the agent. */
  private static void stranger(byte[] in) throws HandshakeRefusedException {
    try {
      ResponderHandshake.precheck(BOBS, in);
    } catch (HandshakeRefusedException e) {
      assertThat(e.reply() == null || KEYS.addresses(in)).as("silence").isTrue();
      throw e;
    }
  }

  /** Noise bytes of anybody who knows the name of the network, and so makes a right mac1. */
  private static void message1(byte[] in) throws HandshakeRefusedException {
    byte[] body = new byte[HandshakeWire.LENGTH_1];
    int choice = in.length == 0 ? 0 : in[0] & 0xff;
    Suite suite = SUITES[choice % SUITES.length];
    byte[] header = HandshakeWire.header1(suite, choice >= 128);
    System.arraycopy(header, 0, body, 0, header.length);
    int length = Math.min(Math.max(0, in.length - 1), body.length - HandshakeWire.NOISE_1_AT);
    System.arraycopy(in, Math.min(1, in.length), body, HandshakeWire.NOISE_1_AT, length);
    byte[] mac1 = KEYS.mac1(body, body, HandshakeWire.NOISE_1_AT);
    System.arraycopy(mac1, 0, body, HandshakeWire.MAC1_AT, mac1.length);
    assertThat(ResponderHandshake.precheck(BOBS, body).message2()).hasSize(1_408);
  }

  private static void message2(byte[] in) throws HandshakeRefusedException {
    InitiatorHandshake dialling =
        InitiatorHandshake.start(
            Dial.to(BOB.id()).suite(SUITES[0]), options(ALICE, OPEN, 10).build());
    dialling.message1();
    dialling.readMessage2(in);
  }

  private static void message3(byte[] in) throws HandshakeRefusedException {
    SessionOptions same = options(BOB, OPEN, 20).build(); // random bytes start anew
    ResponderHandshake listening = ResponderHandshake.precheck(same, body(PAIR.message1));
    listening.message2();
    listening.readMessage3(in);
  }

  /** A third payload of a peer that holds all keys and says what it likes. */
  private static void introduction(byte[] in) throws HandshakeRefusedException {
    RawInitiator peer = new RawInitiator(SUITES[0], OPEN, ALICE, BOB.id());
    ResponderHandshake listening = ResponderHandshake.precheck(BOBS, peer.message1());
    peer.readMessage2(listening.message2());
    int size = HandshakeWire.payload3Bytes(Math.min(in.length, HandshakeWire.maxPayload3Bytes()));
    byte[] message3 = peer.message3(Arrays.copyOf(in, size));
    EstablishedSession session = listening.readMessage3(message3);
    assertThat(session.peer()).isEqualTo(ALICE.id());
  }

  private static void payload3(byte[] in) throws MalformedException {
    HandshakePayloads.Introduction first = HandshakePayloads.decode3(in);
    if (first.credentials.length > HandshakePayloads.MAX_CREDENTIALS_BYTES) {
      return; // longer than a third message can be
    }
    HandshakePayloads.Introduction again =
        HandshakePayloads.decode3(HandshakePayloads.encode3(first));
    assertThat(again.agentId).isEqualTo(first.agentId);
    assertThat(again.limits).isEqualTo(first.limits);
    assertThat(again.features).isEqualTo(first.features);
    assertThat(again.dialNonce).isEqualTo(first.dialNonce);
    assertThat(again.credentials).isEqualTo(first.credentials);
    assertThat(again.instance).isEqualTo(first.instance);
    assertThat(again.roles).isEqualTo(first.roles);
    assertThat(again.check).isEqualTo(first.check);
  }
}
