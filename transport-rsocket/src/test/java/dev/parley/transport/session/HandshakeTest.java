package dev.parley.transport.session;

import static dev.parley.transport.session.SessionFixture.ALICE;
import static dev.parley.transport.session.SessionFixture.BOB;
import static dev.parley.transport.session.SessionFixture.CAROL;
import static dev.parley.transport.session.SessionFixture.NOW;
import static dev.parley.transport.session.SessionFixture.OPEN;
import static dev.parley.transport.session.SessionFixture.SECRET;
import static dev.parley.transport.session.SessionFixture.body;
import static dev.parley.transport.session.SessionFixture.filled;
import static dev.parley.transport.session.SessionFixture.handshake;
import static dev.parley.transport.session.SessionFixture.openFrame;
import static dev.parley.transport.session.SessionFixture.options;
import static dev.parley.transport.session.SessionFixture.sealData;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.parley.Network;
import dev.parley.transport.session.SessionFixture.Pair;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class HandshakeTest {

  static Stream<Arguments> suitesAndNetworks() {
    return Arrays.stream(Suite.values())
        .flatMap(suite -> Stream.of(Arguments.of(suite, OPEN), Arguments.of(suite, SECRET)));
  }

  @ParameterizedTest
  @MethodSource("suitesAndNetworks")
  void bothSidesAgree(Suite suite, Network network) throws Exception {
    Pair pair = handshake(suite, network);

    assertThat(pair.initiator.peer()).isEqualTo(BOB.id());
    assertThat(pair.responder.peer()).isEqualTo(ALICE.id());
    assertThat(pair.initiator.isInitiator()).isTrue();
    assertThat(pair.responder.isInitiator()).isFalse();
    for (EstablishedSession session : new EstablishedSession[] {pair.initiator, pair.responder}) {
      assertThat(session.suite()).isEqualTo(suite);
      assertThat(session.network()).isEqualTo(network.id());
      assertThat(session.relayed()).isFalse();
      assertThat(session.credentials()).isEmpty();
      assertThat(session.dialNonce()).hasSize(16).isEqualTo(pair.initiator.dialNonce());
      assertThat(session.sessionId()).hasSize(16).isEqualTo(pair.initiator.sessionId());
      assertThat(session.channelBinding()).hasSize(32).isEqualTo(pair.initiator.channelBinding());
      assertThat(session.exporter("x")).hasSize(32).isEqualTo(pair.initiator.exporter("x"));
    }
    assertThat(pair.initiator.exporter("x")).isNotEqualTo(pair.initiator.exporter("y"));
  }

  @ParameterizedTest
  @MethodSource("suitesAndNetworks")
  void recordsPassBothWays(Suite suite, Network network) throws Exception {
    Pair pair = handshake(suite, network);

    for (int i = 0; i < 3; i++) {
      byte[] frame = filled(100 + i, i);
      assertThat(openFrame(pair.responder.opener(), sealData(pair.initiator.sealer(), frame)))
          .isEqualTo(frame);
      assertThat(openFrame(pair.initiator.opener(), sealData(pair.responder.sealer(), frame)))
          .isEqualTo(frame);
    }
  }

  @ParameterizedTest
  @MethodSource("suitesAndNetworks")
  void messagesHaveTheSameSizeInEverySuite(Suite suite, Network network) throws Exception {
    Pair pair = handshake(suite, network);

    assertThat(pair.message1).hasSize(1408);
    assertThat(pair.message2).hasSize(1408);
    assertThat(pair.message3).hasSize(256);
  }

  @ParameterizedTest
  @CsvSource({"1,256", "103,256", "104,512", "359,512", "871,1024", "872,2048", "1866,2048"})
  void thirdMessageGrowsWithCredentials(int credentialBytes, int wireBytes) throws Exception {
    byte[] credentials = filled(credentialBytes, 7);

    Pair pair =
        handshake(
            Dial.to(BOB.id()).credentials(credentials),
            options(ALICE, OPEN, 1).build(),
            options(BOB, OPEN, 2).build());

    assertThat(pair.message3).hasSize(wireBytes);
    assertThat(pair.responder.credentials()).isEqualTo(credentials);
  }

  @Test
  void refusesCredentialsThatDoNotFit() {
    assertThat(Dial.MAX_CREDENTIALS_BYTES).isEqualTo(1866);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dial.to(BOB.id()).credentials(new byte[1867]))
        .withMessage("credentials are 1867 bytes, must be 0..1866");
  }

  @Test
  void eachSideLearnsTheOthersLimitsAndFeatures() throws Exception {
    SessionLimits small = new SessionLimits(8_192, 2_048, 4_096, 3);
    SessionLimits large = new SessionLimits(65_519, 16_777_215, 1_024, 1_048_576);

    Pair pair =
        handshake(
            Dial.to(BOB.id()),
            options(ALICE, OPEN, 1).limits(small).features(0b0110).build(),
            options(BOB, OPEN, 2).limits(large).features(0b1100).build());

    assertThat(pair.initiator.localLimits()).isEqualTo(small);
    assertThat(pair.initiator.peerLimits()).isEqualTo(large);
    assertThat(pair.responder.localLimits()).isEqualTo(large);
    assertThat(pair.responder.peerLimits()).isEqualTo(small);
    assertThat(pair.initiator.maxRecordBytes()).isEqualTo(8_192);
    assertThat(pair.responder.maxRecordBytes()).isEqualTo(8_192);
    assertThat(pair.initiator.features()).isEqualTo(0b0100);
    assertThat(pair.responder.features()).isEqualTo(0b0100);
  }

  @Test
  void clocksAreCompared() throws Exception {
    Pair pair =
        handshake(
            Dial.to(BOB.id()),
            options(ALICE, OPEN, 1).build(),
            options(BOB, OPEN, 2)
                .clock(InstantSource.fixed(NOW.plus(Duration.ofMinutes(5))))
                .build());

    assertThat(pair.initiator.peerClockSkew()).isEqualTo(Duration.ofMinutes(5));
    assertThat(pair.responder.peerClockSkew()).isEqualTo(Duration.ofMinutes(-5));
  }

  @Test
  void bothSidesKnowThatARelayCarriesTheBytes() throws Exception {
    Pair pair =
        handshake(
            Dial.to(BOB.id()).relayed(true),
            options(ALICE, OPEN, 1).build(),
            options(BOB, OPEN, 2).build());

    assertThat(pair.initiator.relayed()).isTrue();
    assertThat(pair.responder.relayed()).isTrue();
  }

  @Test
  void sameSeedsGiveTheSameBytes() throws Exception {
    Pair first = handshake(Suite.AES_256_GCM_MLKEM768, OPEN);
    Pair second = handshake(Suite.AES_256_GCM_MLKEM768, OPEN);

    assertThat(second.message1).isEqualTo(first.message1);
    assertThat(second.message2).isEqualTo(first.message2);
    assertThat(second.message3).isEqualTo(first.message3);
  }

  @Test
  void systemRandomnessGivesFreshSessions() throws Exception {
    SessionOptions alice = SessionOptions.builder().identity(ALICE).network(OPEN).build();
    SessionOptions bob = SessionOptions.builder().identity(BOB).network(OPEN).build();

    Pair first = handshake(Dial.to(BOB.id()), alice, bob);
    Pair second = handshake(Dial.to(BOB.id()), alice, bob);

    assertThat(second.message1).isNotEqualTo(first.message1);
    assertThat(second.initiator.sessionId()).isNotEqualTo(first.initiator.sessionId());
    assertThat(second.initiator.dialNonce()).isNotEqualTo(first.initiator.dialNonce());
  }

  @Test
  void responderAnswersInThePreviousNetworkToo() throws Exception {
    SessionOptions bob = options(BOB, SECRET, 2).previousNetwork(OPEN).build();

    Pair old = handshake(Dial.to(BOB.id()), options(ALICE, OPEN, 1).build(), bob);
    Pair current = handshake(Dial.to(BOB.id()), options(ALICE, SECRET, 1).build(), bob);

    assertThat(old.responder.network()).isEqualTo(OPEN.id());
    assertThat(current.responder.network()).isEqualTo(SECRET.id());
    assertThat(openFrame(old.responder.opener(), sealData(old.initiator.sealer(), new byte[9])))
        .hasSize(9);
  }

  @Test
  void initiatorUnderstandsReject() throws Exception {
    InitiatorHandshake dialling =
        InitiatorHandshake.start(Dial.to(BOB.id()), options(ALICE, OPEN, 1).build());
    dialling.message1();

    byte[] reject = ResponderHandshake.reject(RejectCode.BUSY, 0xFFFF_FFFFL);

    assertThat(reject).hasSize(10);
    assertThat(dialling.acceptsLength(8)).isTrue();
    assertThat(dialling.readMessage2(body(reject)))
        .isEqualTo(new InitiatorOutcome.Rejected(RejectCode.BUSY, 0xFFFF_FFFFL));
    assertThat(dialling.acceptsLength(1406)).isFalse();
  }

  @Test
  void stepsOutOfOrderAreAFaultOfTheCaller() throws Exception {
    InitiatorHandshake dialling =
        InitiatorHandshake.start(Dial.to(BOB.id()), options(ALICE, OPEN, 1).build());
    assertThatIllegalStateException().isThrownBy(() -> dialling.readMessage2(new byte[8]));
    byte[] message1 = dialling.message1();
    assertThatIllegalStateException().isThrownBy(dialling::message1);

    ResponderHandshake listening =
        ResponderHandshake.precheck(options(BOB, OPEN, 2).build(), body(message1));
    assertThatIllegalStateException().isThrownBy(() -> listening.readMessage3(new byte[254]));
    listening.message2();
    assertThatIllegalStateException().isThrownBy(listening::message2);
    listening.destroy();
    assertThatIllegalStateException().isThrownBy(() -> listening.readMessage3(new byte[254]));
  }

  @Test
  void onlyExactLengthsAreEverAwaited() throws Exception {
    InitiatorHandshake dialling =
        InitiatorHandshake.start(Dial.to(BOB.id()), options(ALICE, OPEN, 1).build());
    assertThat(accepted(dialling::acceptsLength)).isEmpty();
    ResponderHandshake listening =
        ResponderHandshake.precheck(options(BOB, OPEN, 2).build(), body(dialling.message1()));
    assertThat(accepted(listening::acceptsLength)).isEmpty();
    listening.message2();

    assertThat(ResponderHandshake.MESSAGE1_LENGTH).isEqualTo(1406);
    assertThat(accepted(dialling::acceptsLength)).containsExactly(8, 1406);
    assertThat(accepted(listening::acceptsLength)).containsExactly(254, 510, 1022, 2046);
  }

  @Test
  void aDestroyedSessionSealsNothing() throws Exception {
    Pair pair = handshake(Suite.AES_256_GCM_MLKEM768, OPEN);

    pair.initiator.destroy();
    pair.initiator.destroy();

    assertThatIllegalStateException()
        .isThrownBy(() -> sealData(pair.initiator.sealer(), new byte[6]));
  }

  @Test
  void anInitiatorIsKnownByTheIdItProved() throws Exception {
    Pair pair =
        handshake(
            Dial.to(BOB.id()), options(CAROL, OPEN, 1).build(), options(BOB, OPEN, 2).build());

    assertThat(pair.responder.peer()).isEqualTo(CAROL.id());
  }

  private static int[] accepted(IntPredicate lengths) {
    return IntStream.rangeClosed(0, 65_535).filter(lengths).toArray();
  }
}
