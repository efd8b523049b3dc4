package dev.parley.transport.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.parley.transport.crypto.AeadKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandshakeStateTest {

  private static final ProtocolName LINK =
      ProtocolName.parse("Noise_XKhfs+psk0_25519+MLKEM768_AESGCM_SHA256");
  private static final byte[] EMPTY = {};

  private final HandshakeState initiator = Handshakes.state(LINK, Role.INITIATOR, null);
  private final HandshakeState responder = Handshakes.state(LINK, Role.RESPONDER, null);

  private static byte[] pass(HandshakeState from, HandshakeState to, byte[] payload)
      throws HandshakeException {
    byte[] message = from.writeMessage(payload);
    assertThat(to.readMessage(message, 0, message.length)).isEqualTo(payload);
    return message;
  }

  private void complete() throws HandshakeException {
    pass(initiator, responder, EMPTY);
    pass(responder, initiator, EMPTY);
    pass(initiator, responder, EMPTY);
  }

  @Test
  void messagesOfTheLinkProtocolHaveTheExpectedSizes() throws HandshakeException {
    assertThat(pass(initiator, responder, EMPTY)).hasSize(1248);
    assertThat(pass(responder, initiator, new byte[10])).hasSize(1162);
    assertThat(pass(initiator, responder, EMPTY)).hasSize(64);
  }

  @Test
  void readsAMessageInsideALargerArray() throws HandshakeException {
    byte[] message = initiator.writeMessage(new byte[] {7});
    byte[] around = new byte[message.length + 9];
    System.arraycopy(message, 0, around, 4, message.length);

    assertThat(responder.readMessage(around, 4, message.length)).containsExactly(7);
  }

  @Test
  void drawsRandomBytesInTheDocumentedOrder() throws HandshakeException {
    List<String> draws = new ArrayList<>();
    HandshakeState i =
        Handshakes.builder(LINK, Role.INITIATOR).random(o -> draws.add("i" + o.length)).build();
    HandshakeState r =
        Handshakes.builder(LINK, Role.RESPONDER).random(o -> draws.add("r" + o.length)).build();
    pass(i, r, EMPTY);
    pass(r, i, EMPTY);
    pass(i, r, EMPTY);

    assertThat(draws).containsExactly("i32", "i64", "r32", "r32");
  }

  @Test
  void bothSidesCanTalkAfterSplit() throws Exception {
    complete();
    SessionKeys here = initiator.split();
    SessionKeys there = responder.split();
    AeadKey sealer = here.sealer(Role.INITIATOR);
    AeadKey opener = there.opener(Role.RESPONDER);
    byte[] buffer = new byte[16 + 5];

    sealer.seal(0, EMPTY, new byte[] {1, 2, 3, 4, 5}, 0, 5, buffer, 0);
    opener.open(0, EMPTY, buffer, 0, buffer.length, buffer, 0);

    assertThat(buffer).startsWith(1, 2, 3, 4, 5);
    assertThat(here.responderToInitiator()).isEqualTo(there.responderToInitiator());
    here.destroy();
    assertThatIllegalStateException().isThrownBy(here::initiatorToResponder);
    assertThatIllegalStateException().isThrownBy(() -> here.opener(Role.INITIATOR));
  }

  @Test
  void responderOfAOneWayPatternHasNoKeyToSend() throws HandshakeException {
    ProtocolName oneWay = ProtocolName.parse("Noise_N_25519_AESGCM_SHA256");
    HandshakeState sender = Handshakes.state(oneWay, Role.INITIATOR, null);
    HandshakeState receiver = Handshakes.state(oneWay, Role.RESPONDER, null);
    pass(sender, receiver, EMPTY);
    SessionKeys keys = receiver.split();

    assertThat(keys.opener(Role.RESPONDER)).isNotNull();
    assertThatIllegalStateException().isThrownBy(() -> keys.sealer(Role.RESPONDER));
    assertThatIllegalStateException().isThrownBy(() -> keys.opener(Role.INITIATOR));
    assertThatIllegalStateException().isThrownBy(keys::responderToInitiator);
  }

  @Test
  void keepsTheTurns() throws HandshakeException {
    assertThatIllegalStateException().isThrownBy(() -> responder.writeMessage(EMPTY));
    assertThatIllegalStateException().isThrownBy(() -> initiator.readMessage(EMPTY, 0, 0));
    assertThatIllegalStateException().isThrownBy(initiator::handshakeHash);
    assertThatIllegalStateException().isThrownBy(initiator::split);
    complete();
    assertThat(initiator.isMyTurn() || responder.isMyTurn()).isFalse();
    assertThatIllegalStateException().isThrownBy(() -> initiator.writeMessage(EMPTY));
    assertThatIllegalStateException().isThrownBy(() -> responder.readMessage(EMPTY, 0, 0));
  }

  @Test
  void splitsOnceAndKeepsHashAndRemoteKey() throws HandshakeException {
    complete();
    byte[] hash = initiator.handshakeHash();
    initiator.split();

    assertThatIllegalStateException().isThrownBy(initiator::split);
    assertThat(initiator.handshakeHash()).isEqualTo(hash);
    assertThat(responder.remoteStatic()).isEqualTo(Handshakes.staticPublic(LINK, Role.INITIATOR));
  }

  @Test
  void everyFlippedByteOfEveryMessageFailsTheSameWay() throws HandshakeException {
    for (int target = 0; target < 3; target++) {
      int length = new int[] {1248, 1152, 64}[target];
      for (int position = 0; position < length; position += target == 2 ? 1 : 13) {
        HandshakeState[] sides = {
          Handshakes.state(LINK, Role.INITIATOR, null), Handshakes.state(LINK, Role.RESPONDER, null)
        };
        for (int i = 0; i < target; i++) {
          pass(sides[i % 2], sides[(i + 1) % 2], EMPTY);
        }
        byte[] message = sides[target % 2].writeMessage(EMPTY);
        message[position] ^= 1;
        assertFails(sides[(target + 1) % 2], message);
      }
    }
  }

  @Test
  void everyTruncationAndExtensionFailsTheSameWay() throws HandshakeException {
    byte[] message = initiator.writeMessage(EMPTY);
    for (int length = 0; length < message.length; length += 31) {
      byte[] cut = Arrays.copyOf(message, length);
      assertFails(Handshakes.state(LINK, Role.RESPONDER, null), cut);
    }
    assertFails(
        Handshakes.state(LINK, Role.RESPONDER, null), Arrays.copyOf(message, message.length + 1));
    assertFails(
        Handshakes.state(LINK, Role.RESPONDER, null),
        new byte[HandshakeState.MAX_MESSAGE_BYTES + 1]);
  }

  private static void assertFails(HandshakeState reader, byte[] message) {
    Throwable thrown = catchThrowable(() -> reader.readMessage(message, 0, message.length));
    assertThat(thrown)
        .isInstanceOf(HandshakeException.class)
        .hasMessage("handshake failed")
        .hasNoCause();
    assertThat(thrown.getStackTrace()).isEmpty();
    assertThatIllegalStateException().isThrownBy(() -> reader.writeMessage(EMPTY));
    assertThatIllegalStateException()
        .isThrownBy(() -> reader.readMessage(message, 0, message.length));
    assertThatIllegalStateException().isThrownBy(reader::split);
  }

  @Test
  void anyDisagreementFailsTheFirstMessage() throws HandshakeException {
    byte[] message = initiator.writeMessage(EMPTY);

    assertFails(Handshakes.builder(LINK, Role.RESPONDER).prologue(new byte[] {1}).build(), message);
    assertFails(
        Handshakes.builder(LINK, Role.RESPONDER).psks(List.of(new byte[32])).build(), message);
    byte[] other = Handshakes.bytes(99, 32);
    assertFails(
        Handshakes.builder(LINK, Role.RESPONDER)
            .localStatic(other, LINK.dh().publicKey(other))
            .build(),
        message);
  }

  @Test
  void refusesAnEphemeralKeyOfSmallOrder() throws HandshakeException {
    ProtocolName plain = ProtocolName.parse("Noise_NN_25519_AESGCM_SHA256");
    HandshakeState reader = Handshakes.state(plain, Role.RESPONDER, null);
    reader.readMessage(new byte[32], 0, 32);

    assertThatExceptionOfType(HandshakeException.class)
        .isThrownBy(() -> reader.writeMessage(EMPTY));
    assertThatIllegalStateException().isThrownBy(() -> reader.writeMessage(EMPTY));
  }

  @Test
  void refusesAKemKeyThatFailsTheModulusCheck() throws HandshakeException {
    ProtocolName open = ProtocolName.parse("Noise_NNhfs_25519+MLKEM768_AESGCM_SHA256");
    byte[] message = Handshakes.state(open, Role.INITIATOR, null).writeMessage(EMPTY);
    message[32] = (byte) 0xff;
    message[33] |= 0x0f; // the first coefficient is now 4095, over the modulus 3329
    HandshakeState reader = Handshakes.state(open, Role.RESPONDER, null);
    reader.readMessage(message, 0, message.length);

    assertThatExceptionOfType(HandshakeException.class)
        .isThrownBy(() -> reader.writeMessage(EMPTY));
  }

  @Test
  void refusesToWriteMoreThanAMessageHolds() throws HandshakeException {
    int largest = HandshakeState.MAX_MESSAGE_BYTES - 1248;

    assertThatIllegalArgumentException()
        .isThrownBy(() -> initiator.writeMessage(new byte[largest + 1]))
        .withMessage("message is 65536 bytes, must be at most 65535");
    assertThat(pass(initiator, responder, new byte[largest])).hasSize(65_535);
  }

  @Test
  void namesEveryKeyThatIsMissingOrSuperfluous() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HandshakeState.builder(LINK, Role.INITIATOR).build())
        .withMessageContaining("local static private key is missing")
        .withMessageContaining("local static public key is missing")
        .withMessageContaining("remote static key is missing")
        .withMessageContaining("0 pre-shared keys given, must be 1");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Handshakes.builder(LINK, Role.RESPONDER)
                    .remoteStatic(new byte[32])
                    .localEphemeral(new byte[32])
                    .psks(List.of(new byte[31]))
                    .build())
        .withMessageContaining("remote static key is given but not part of the pattern")
        .withMessageContaining("local ephemeral key is given but not part of the pattern")
        .withMessageContaining("pre-shared key is 31 bytes, must be 32");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Handshakes.builder(LINK, Role.INITIATOR).remoteStatic(new byte[56]).build())
        .withMessageContaining("remote static key is 56 bytes, must be 32");
  }

  @Test
  void keepsNoReferenceToTheCallersKeys() throws HandshakeException {
    byte[] psk = Handshakes.bytes(10, 32);
    byte[] privateKey = Handshakes.staticPrivate(LINK, Role.INITIATOR);
    HandshakeState state =
        Handshakes.builder(LINK, Role.INITIATOR)
            .psks(List.of(psk))
            .localStatic(privateKey, Handshakes.staticPublic(LINK, Role.INITIATOR))
            .build();
    Arrays.fill(psk, (byte) 0);
    Arrays.fill(privateKey, (byte) 0);

    pass(state, responder, EMPTY);
    pass(responder, state, EMPTY);
    pass(state, responder, EMPTY);
    assertThat(state.handshakeHash()).isEqualTo(responder.handshakeHash());
  }

  @Test
  void isUselessOnceDestroyed() throws HandshakeException {
    complete();
    responder.destroy();
    responder.destroy();

    assertThatIllegalStateException().isThrownBy(responder::split);
    HandshakeState early = Handshakes.state(LINK, Role.INITIATOR, null);
    early.destroy();
    assertThat(early.isMyTurn()).isFalse();
    assertThatIllegalStateException().isThrownBy(() -> early.writeMessage(EMPTY));
  }

  @Test
  void tracesTheSameValuesOnBothSides() throws HandshakeException {
    List<String> here = new ArrayList<>();
    List<String> there = new ArrayList<>();
    HandshakeState i = Handshakes.builder(LINK, Role.INITIATOR).trace(recorder(here)).build();
    HandshakeState r = Handshakes.builder(LINK, Role.RESPONDER).trace(recorder(there)).build();
    pass(i, r, EMPTY);
    pass(r, i, EMPTY);
    pass(i, r, EMPTY);

    assertThat(here).isEqualTo(there).doesNotHaveDuplicates();
    assertThat(here.stream().map(line -> line.substring(0, line.indexOf(':'))))
        .containsExactly(
            "-1 start",
            "0 psk",
            "0 e",
            "0 es",
            "0 e1",
            "0 payload",
            "1 e",
            "1 ee",
            "1 ekem1",
            "1 payload",
            "2 s",
            "2 se",
            "2 payload");
  }

  private static HandshakeTrace recorder(List<String> lines) {
    return (message, step, ck, h) ->
        lines.add(message + " " + step + ":" + List.of(hex(ck), hex(h)));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
