package dev.parley.transport.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.transport.crypto.AeadAlgorithm;
import dev.parley.transport.crypto.AeadInternals;
import dev.parley.transport.crypto.AeadProvider;
import dev.parley.transport.crypto.AeadProviders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every pattern the specification names, with each DH function, hash and cipher. */
class HandshakeCoverageTest {

  /** Each DH function, cipher and hash at least once; the vectors have the other combinations. */
  private static final List<String> FUNCTIONS =
      List.of(
          "25519%s_AESGCM_SHA256",
          "448%s_ChaChaPoly_SHA512", "25519%s_ChaChaPoly_BLAKE2s", "448%s_AESGCM_BLAKE2b");

  /** Section 9.4 and appendix 18.2 name these. */
  private static final List<String> PSK =
      List.of(
          "Npsk0",
          "Kpsk0",
          "Xpsk1",
          "NNpsk0",
          "NNpsk2",
          "NKpsk0",
          "NKpsk2",
          "NXpsk2",
          "XNpsk3",
          "XKpsk3",
          "XXpsk3",
          "KNpsk0",
          "KNpsk2",
          "KKpsk0",
          "KKpsk2",
          "KXpsk2",
          "INpsk1",
          "INpsk2",
          "IKpsk1",
          "IKpsk2",
          "IXpsk2",
          "NNpsk0+psk2",
          "XXpsk0+psk1+psk2+psk3");

  private static final List<String> FALLBACK =
      List.of(
          "NNfallback",
          "NXfallback",
          "XNfallback",
          "XXfallback",
          "KNfallback",
          "KXfallback",
          "INfallback",
          "IXfallback",
          "XXfallback+psk0",
          "XXfallback+psk2");

  static Stream<String> patterns() {
    List<String> names = new ArrayList<>(HandshakePattern.baseNames());
    names.addAll(PSK);
    names.addAll(FALLBACK);
    HandshakePattern.baseNames().stream()
        .filter(name -> name.length() > 1)
        .forEach(name -> names.addAll(List.of(name + "hfs", name + "hfs+psk0")));
    return names.stream();
  }

  @ParameterizedTest
  @MethodSource("patterns")
  void bothSidesAgreeWithEveryFunction(String pattern) throws HandshakeException {
    for (String functions : FUNCTIONS) {
      ProtocolName protocol = protocol(pattern, functions);
      completes(protocol, AeadProviders.select(protocol.cipher()));
    }
  }

  @ParameterizedTest
  @MethodSource("patterns")
  void refusesTampering(String pattern) throws HandshakeException {
    ProtocolName protocol = protocol(pattern, FUNCTIONS.get(0));
    refusesTampering(protocol, AeadInternals.providersOf(AeadAlgorithm.values()).get(1));
  }

  private static ProtocolName protocol(String pattern, String functions) {
    String kem = pattern.contains("hfs") ? "+MLKEM768" : "";
    return ProtocolName.parse("Noise_" + pattern + "_" + functions.formatted(kem));
  }

  private static void completes(ProtocolName protocol, AeadProvider provider)
      throws HandshakeException {
    HandshakeState initiator = Handshakes.state(protocol, Role.INITIATOR, provider);
    HandshakeState responder = Handshakes.state(protocol, Role.RESPONDER, provider);
    run(protocol, initiator, responder, protocol.pattern().messages().size());

    assertThat(initiator.isComplete() && responder.isComplete()).isTrue();
    assertThat(initiator.handshakeHash()).isEqualTo(responder.handshakeHash());
    if (protocol.pattern().usesStatic(Role.INITIATOR)) {
      assertThat(responder.remoteStatic())
          .isEqualTo(Handshakes.staticPublic(protocol, Role.INITIATOR));
    } else {
      assertThat(responder.remoteStatic()).isNull();
    }
    SessionKeys one = initiator.split();
    SessionKeys other = responder.split();
    assertThat(one.initiatorToResponder()).isEqualTo(other.initiatorToResponder());
    if (!protocol.pattern().isOneWay()) {
      assertThat(one.responderToInitiator()).isEqualTo(other.responderToInitiator());
      assertThat(one.initiatorToResponder()).isNotEqualTo(one.responderToInitiator());
    }
  }

  /** Flips a bit of the last message, which every pattern encrypts. */
  private static void refusesTampering(ProtocolName protocol, AeadProvider provider)
      throws HandshakeException {
    int last = protocol.pattern().messages().size() - 1;
    HandshakeState initiator = Handshakes.state(protocol, Role.INITIATOR, provider);
    HandshakeState responder = Handshakes.state(protocol, Role.RESPONDER, provider);
    run(protocol, initiator, responder, last);
    boolean initiatorWrites = protocol.pattern().sender(last) == Role.INITIATOR;
    HandshakeState writer = initiatorWrites ? initiator : responder;
    HandshakeState reader = initiatorWrites ? responder : initiator;
    byte[] message = writer.writeMessage(payload(last));
    message[last * 7 % message.length] ^= 0x10;

    assertThatThrownBy(() -> reader.readMessage(message, 0, message.length))
        .as(protocol.name())
        .isInstanceOf(HandshakeException.class);
    assertThatThrownBy(() -> reader.readMessage(message, 0, message.length))
        .isInstanceOf(IllegalStateException.class);
  }

  private static void run(
      ProtocolName protocol, HandshakeState initiator, HandshakeState responder, int messages)
      throws HandshakeException {
    for (int i = 0; i < messages; i++) {
      boolean initiatorWrites = protocol.pattern().sender(i) == Role.INITIATOR;
      HandshakeState writer = initiatorWrites ? initiator : responder;
      HandshakeState reader = initiatorWrites ? responder : initiator;
      assertThat(writer.isMyTurn()).isTrue();
      assertThat(reader.isMyTurn()).isFalse();
      byte[] message = writer.writeMessage(payload(i));
      assertThat(reader.readMessage(message, 0, message.length)).isEqualTo(payload(i));
    }
  }

  private static byte[] payload(int message) {
    return "payload ".repeat(message).getBytes(StandardCharsets.US_ASCII);
  }
}
