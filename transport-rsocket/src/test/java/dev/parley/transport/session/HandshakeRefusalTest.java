package dev.parley.transport.session;

import static dev.parley.transport.session.RefusalReason.BAD_FLAGS;
import static dev.parley.transport.session.RefusalReason.BAD_HEADER;
import static dev.parley.transport.session.RefusalReason.BAD_LENGTH;
import static dev.parley.transport.session.RefusalReason.BAD_MAC1;
import static dev.parley.transport.session.RefusalReason.BAD_MAGIC;
import static dev.parley.transport.session.RefusalReason.BAD_PAYLOAD;
import static dev.parley.transport.session.RefusalReason.CLOCK_SKEW;
import static dev.parley.transport.session.RefusalReason.IDENTITY_MISMATCH;
import static dev.parley.transport.session.RefusalReason.INVALID_IDENTITY;
import static dev.parley.transport.session.RefusalReason.NOISE_FAILURE;
import static dev.parley.transport.session.RefusalReason.OTHER_VERSION;
import static dev.parley.transport.session.RefusalReason.SUITE_NOT_ALLOWED;
import static dev.parley.transport.session.RefusalReason.UNKNOWN_SUITE;
import static dev.parley.transport.session.SessionFixture.ALICE;
import static dev.parley.transport.session.SessionFixture.BOB;
import static dev.parley.transport.session.SessionFixture.CAROL;
import static dev.parley.transport.session.SessionFixture.NOW;
import static dev.parley.transport.session.SessionFixture.OPEN;
import static dev.parley.transport.session.SessionFixture.SECRET;
import static dev.parley.transport.session.SessionFixture.body;
import static dev.parley.transport.session.SessionFixture.concat;
import static dev.parley.transport.session.SessionFixture.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.AgentId;
import dev.parley.Network;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeRefusalTest {
  private static final Suite SUITE = Suite.AES_256_GCM_MLKEM768;
  private final SessionOptions bob = options(BOB, OPEN, 2).build();

  @ParameterizedTest
  @EnumSource(Suite.class)
  void anotherNetworkIsRefusedAtMac1(Suite suite) {
    Network[] networks = {OPEN, SECRET, Network.open("other"), Network.open("third")};
    for (Network dialled : networks) {
      for (Network answered : networks) {
        byte[] message1 =
            InitiatorHandshake.start(
                    Dial.to(BOB.id()).suite(suite), options(ALICE, dialled, 1).build())
                .message1();
        SessionOptions listening = options(BOB, answered, 2).build();
        if (dialled != answered) {
          assertSilentRefusal(
              BAD_MAC1, () -> ResponderHandshake.precheck(listening, body(message1)));
        }
      }
    }
  }

  @Test
  void aMessageForAnotherAgentIsRefusedAtMac1() {
    byte[] forCarol = message1(Dial.to(CAROL.id()));

    assertSilentRefusal(BAD_MAC1, () -> ResponderHandshake.precheck(bob, forCarol));
  }

  @Test
  void theAgentIdWithTheOtherSignIsAnotherAgent() throws Exception {
    AgentId twin = twin(BOB.id());
    assertThat(twin).isNotEqualTo(BOB.id());
    assertThat(twin.x25519PublicKey()).isEqualTo(BOB.id().x25519PublicKey());

    byte[] forTwin = message1(Dial.to(twin));
    assertSilentRefusal(BAD_MAC1, () -> ResponderHandshake.precheck(bob, forTwin));

    // Even under Bob's mac1 the transcript tells the two apart.
    RawInitiator forger =
        new RawInitiator(SUITE, OPEN, ALICE, BOB.id(), HandshakeWire.header1(SUITE, false), twin);
    ResponderHandshake listening = ResponderHandshake.precheck(bob, forger.message1());
    assertSilentRefusal(NOISE_FAILURE, listening::message2);
  }

  @Test
  void aClaimedIdThatIsNotTheProvenKeysIsRefused() throws Exception {
    assertThat(refusalOfPayload3(RawInitiator.payload3(CAROL.id().toBytes())))
        .isEqualTo(IDENTITY_MISMATCH);
    assertThat(refusalOfPayload3(RawInitiator.payload3(BOB.id().toBytes())))
        .isEqualTo(IDENTITY_MISMATCH);
  }

  @Test
  void aClaimedIdThatIsNoAgentsIsRefused() throws Exception {
    byte[] identityPoint = new byte[32];
    identityPoint[0] = 1;
    byte[] nonCanonical = SessionFixture.filled(32, 0xFF);

    assertThat(refusalOfPayload3(RawInitiator.payload3(identityPoint))).isEqualTo(INVALID_IDENTITY);
    assertThat(refusalOfPayload3(RawInitiator.payload3(nonCanonical))).isEqualTo(INVALID_IDENTITY);
    assertThat(refusalOfPayload3(RawInitiator.payload3(new byte[32]))).isEqualTo(INVALID_IDENTITY);
  }

  /**
   * The holder of a key can sign for both ids of that key, so it may present either; it is then
   * known by that id and never by the other.
   */
  @Test
  void anInitiatorThatClaimsItsTwinIsKnownAsTheTwinOnly() throws Exception {
    RawInitiator raw = new RawInitiator(SUITE, OPEN, ALICE, BOB.id());
    ResponderHandshake listening = ResponderHandshake.precheck(bob, raw.message1());
    raw.readMessage2(listening.message2());

    byte[] message3 = raw.message3(RawInitiator.payload3(twin(ALICE.id()).toBytes()));

    assertThat(listening.readMessage3(message3).peer())
        .isEqualTo(twin(ALICE.id()))
        .isNotEqualTo(ALICE.id());
  }

  @Test
  void wrongHeadersAreRefusedInSilence() {
    byte[] message1 = message1(Dial.to(BOB.id()));

    for (int at = 0; at < 4; at++) {
      byte[] changed = message1.clone();
      changed[at] ^= 0x20;
      assertSilentRefusal(BAD_MAGIC, () -> ResponderHandshake.precheck(bob, changed));
    }
    for (int bit = 1; bit < 8; bit++) {
      byte[] changed = message1.clone();
      changed[5] ^= (byte) (1 << bit);
      assertSilentRefusal(BAD_FLAGS, () -> ResponderHandshake.precheck(bob, changed));
    }
    assertSilentRefusal(
        BAD_LENGTH, () -> ResponderHandshake.precheck(bob, Arrays.copyOf(message1, 1407)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 3, 4, 5, 255})
  void anEditedSuiteIsRefusedInSilence(int suite) {
    byte[] message1 = message1(Dial.to(BOB.id()));
    message1[4] = (byte) suite;

    assertSilentRefusal(BAD_MAC1, () -> ResponderHandshake.precheck(bob, message1));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void anEditedSuiteBreaksTheTranscriptEvenUnderARightMac1(int suite) throws Exception {
    byte[] message1 = message1(Dial.to(BOB.id()));
    message1[4] = (byte) suite;

    ResponderHandshake listening = ResponderHandshake.precheck(bob, withMac1(message1));

    assertSilentRefusal(NOISE_FAILURE, listening::message2);
  }

  @Test
  void anEditedRelayFlagBreaksTheTranscriptEvenUnderARightMac1() throws Exception {
    byte[] message1 = message1(Dial.to(BOB.id()));
    message1[5] ^= 1;

    ResponderHandshake listening = ResponderHandshake.precheck(bob, withMac1(message1));

    assertThat(listening.relayed()).isTrue();
    assertSilentRefusal(NOISE_FAILURE, listening::message2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 0x80, 255})
  void anUnknownSuiteIsAnsweredToWhoKnowsTheAgentAndTheNetwork(int suite) throws Exception {
    byte[] message1 = message1(Dial.to(BOB.id()));
    message1[4] = (byte) suite;

    HandshakeRefusedException refused =
        refusal(() -> ResponderHandshake.precheck(bob, withMac1(message1)));

    assertThat(refused.reason()).isEqualTo(UNKNOWN_SUITE);
    assertThat(refused.reply())
        .isEqualTo(ResponderHandshake.reject(RejectCode.UNSUPPORTED_SUITE, 0));
  }

  @Test
  void anotherVersionIsToldToWhoKnowsTheAgentAndTheNetwork() throws Exception {
    byte[] message1 = message1(Dial.to(BOB.id()));
    message1[3] = '2';
    assertSilentRefusal(BAD_MAGIC, () -> ResponderHandshake.precheck(bob, message1));

    HandshakeRefusedException refused =
        refusal(() -> ResponderHandshake.precheck(bob, withMac1(message1)));

    assertThat(refused.reason()).isEqualTo(OTHER_VERSION);
    assertThat(refused.reply())
        .isEqualTo(ResponderHandshake.reject(RejectCode.UNSUPPORTED_VERSION, 0));
  }

  @Test
  void aFirstMessageOfAnotherTimeIsRefusedInSilence() throws Exception {
    for (Duration apart : List.of(Duration.ofMinutes(5), Duration.ofMinutes(-5))) {
      long beyond = apart.isNegative() ? -1 : 1;
      InstantSource late = InstantSource.fixed(NOW.plus(apart).plusMillis(beyond));
      SessionOptions listening = options(BOB, OPEN, 2).clock(late).build();

      ResponderHandshake handshake =
          ResponderHandshake.precheck(listening, message1(Dial.to(BOB.id())));

      assertSilentRefusal(CLOCK_SKEW, handshake::message2);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Suite.class,
      names = {"AES_256_GCM_CLASSICAL", "CHACHA20_POLY1305_CLASSICAL"})
  void classicalSuitesNeedTheConsentOfBothSides(Suite suite) {
    SessionOptions careful =
        options(BOB, OPEN, 2).suites(new SuitePolicy(List.of(Suite.values()), true)).build();
    Dial dial = Dial.to(BOB.id()).suite(suite);

    assertThatIllegalArgumentException().isThrownBy(() -> InitiatorHandshake.start(dial, careful));
    byte[] message1 = message1(dial);
    HandshakeRefusedException refused =
        refusal(() -> ResponderHandshake.precheck(careful, message1));

    assertThat(refused.reason()).isEqualTo(SUITE_NOT_ALLOWED);
    assertThat(refused.reply())
        .isEqualTo(ResponderHandshake.reject(RejectCode.UNSUPPORTED_SUITE, 0));
  }

  @Test
  void malformedRejectsAreRefused() {
    byte[] reject = body(ResponderHandshake.reject(RejectCode.BUSY, 7));
    for (int at : new int[] {0, 1, 6, 7}) {
      byte[] changed = reject.clone();
      changed[at] ^= (byte) 0x80;
      assertThat(refusal(() -> dialling().readMessage2(changed)).reason()).isEqualTo(BAD_HEADER);
    }
  }

  @Test
  void anAnswerToAnotherHandshakeIsRefused() throws Exception {
    byte[] other = ResponderHandshake.precheck(bob, message1(Dial.to(BOB.id()))).message2();
    InitiatorHandshake dialling =
        InitiatorHandshake.start(Dial.to(BOB.id()), options(ALICE, OPEN, 99).build());
    dialling.message1();

    assertSilentRefusal(NOISE_FAILURE, () -> dialling.readMessage2(body(other)));
  }

  @Test
  void aThirdMessageOfAnotherHandshakeIsRefused() throws Exception {
    byte[] recorded = SessionFixture.handshake(SUITE, OPEN).message3;
    ResponderHandshake listening = ResponderHandshake.precheck(bob, message1(Dial.to(BOB.id())));
    listening.message2();

    assertSilentRefusal(NOISE_FAILURE, () -> listening.readMessage3(body(recorded)));
  }

  @Test
  void malformedFirstPayloadsAreRefused() throws Exception {
    int size = HandshakeWire.payload1Bytes(SUITE);
    byte[][] payloads = {
      new byte[size], // no time
      RawInitiator.pad(new byte[] {1, 0, 7}, size), // a short time
      RawInitiator.pad(new byte[] {1, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0x80, 0, 0}, size)
    };
    for (byte[] payload : payloads) {
      RawInitiator raw = new RawInitiator(SUITE, OPEN, ALICE, BOB.id());
      ResponderHandshake listening = ResponderHandshake.precheck(bob, raw.message1(payload));
      assertSilentRefusal(BAD_PAYLOAD, listening::message2);
    }
  }

  @Test
  void malformedThirdPayloadsAreRefused() throws Exception {
    byte[] good = RawInitiator.payload3(ALICE.id().toBytes());
    byte[] trailing = good.clone();
    trailing[trailing.length - 1] = 1;

    assertThat(refusalOfPayload3(new byte[190])).isEqualTo(BAD_PAYLOAD);
    assertThat(refusalOfPayload3(trailing)).isEqualTo(BAD_PAYLOAD);
    assertThat(refusalOfPayload3(new byte[191])).isEqualTo(BAD_LENGTH);
  }

  @Test
  void everyRefusalReadsTheSame() {
    for (RefusalReason reason : RefusalReason.values()) {
      HandshakeRefusedException refused = new HandshakeRefusedException(reason);
      assertThat(refused).hasMessage("handshake refused").hasNoCause();
      assertThat(refused.getStackTrace()).isEmpty();
    }
  }

  private RefusalReason refusalOfPayload3(byte[] payload) throws Exception {
    RawInitiator raw = new RawInitiator(SUITE, OPEN, ALICE, BOB.id());
    ResponderHandshake listening = ResponderHandshake.precheck(bob, raw.message1());
    raw.readMessage2(listening.message2());
    return refusal(() -> listening.readMessage3(raw.message3(payload))).reason();
  }

  private static AgentId twin(AgentId id) {
    byte[] bytes = id.toBytes();
    bytes[31] ^= (byte) 0x80;
    return AgentId.of(bytes);
  }

  private static byte[] withMac1(byte[] message1) {
    byte[] mac1 =
        new NetworkKeys(OPEN, BOB.id()).mac1(message1, message1, HandshakeWire.NOISE_1_AT);
    return concat(
        Arrays.copyOf(message1, 6), mac1, Arrays.copyOfRange(message1, 22, message1.length));
  }

  private static byte[] message1(Dial dial) {
    return body(InitiatorHandshake.start(dial, options(ALICE, OPEN, 1).build()).message1());
  }

  private static InitiatorHandshake dialling() {
    InitiatorHandshake dialling =
        InitiatorHandshake.start(Dial.to(BOB.id()), options(ALICE, OPEN, 1).build());
    dialling.message1();
    return dialling;
  }

  private static HandshakeRefusedException refusal(ThrowingCallable call) {
    HandshakeRefusedException refused = catchThrowableOfType(HandshakeRefusedException.class, call);
    assertThat(refused).as("refusal").isNotNull();
    return refused;
  }

  private static void assertSilentRefusal(RefusalReason reason, ThrowingCallable call) {
    HandshakeRefusedException refused = refusal(call);
    assertThat(refused.reason()).isEqualTo(reason);
    assertThat(refused.reply()).isNull();
  }
}
