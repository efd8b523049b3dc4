package dev.parley.transport.session;

import static dev.parley.transport.session.SessionFixture.body;
import static dev.parley.transport.session.SessionFixture.concat;

import dev.parley.AgentId;
import dev.parley.Identity;
import dev.parley.Network;
import dev.parley.transport.noise.HandshakeException;
import dev.parley.transport.noise.HandshakeState;
import dev.parley.transport.noise.Role;
import java.util.Arrays;
import java.util.List;

/** An initiator that knows all keys it should and says whatever the test wants. */
final class RawInitiator {
  private final byte[] header;
  private final NetworkKeys keys;
  private final HandshakeState noise;
  private final Suite suite;

  RawInitiator(Suite suite, Network network, Identity self, AgentId responder) {
    this(suite, network, self, responder, HandshakeWire.header1(suite, false), responder);
  }

  /** Claims {@code header} on the wire; the transcript has {@code boundResponder}. */
  RawInitiator(
      Suite suite,
      Network network,
      Identity self,
      AgentId responder,
      byte[] header,
      AgentId boundResponder) {
    this.suite = suite;
    this.header = header;
    this.keys = new NetworkKeys(network, responder);
    this.noise =
        HandshakeState.builder(suite.protocol(), Role.INITIATOR)
            .prologue(HandshakeWire.prologue(header, network.id().toBytes(), boundResponder))
            .psks(List.of(keys.psk(suite)))
            .localStatic(self.agreementKey(), self.id().x25519PublicKey())
            .remoteStatic(responder.x25519PublicKey())
            .random(SessionFixture.random(77))
            .build();
  }

  byte[] message1() {
    return message1(
        HandshakePayloads.encode1(
            SessionFixture.NOW.toEpochMilli(), HandshakeWire.payload1Bytes(suite)));
  }

  /** The body of a first message with any payload, under a right mac1. */
  byte[] message1(byte[] payload) {
    byte[] message = write(payload);
    return concat(header, keys.mac1(header, message, 0), message);
  }

  void readMessage2(byte[] unit) {
    byte[] body = body(unit);
    try {
      noise.readMessage(body, HandshakeWire.NOISE_2_AT, body.length - HandshakeWire.NOISE_2_AT);
    } catch (HandshakeException e) {
      throw new AssertionError(e);
    }
  }

  byte[] message3(byte[] payload) {
    return write(payload);
  }

  private byte[] write(byte[] payload) {
    try {
      return noise.writeMessage(payload);
    } catch (HandshakeException e) {
      throw new AssertionError(e);
    }
  }

  /** A third payload with another agent id in it. */
  static byte[] payload3(byte[] agentId) {
    HandshakePayloads.Introduction introduction = new HandshakePayloads.Introduction();
    introduction.agentId = agentId;
    introduction.dialNonce = new byte[16];
    return HandshakePayloads.encode3(introduction);
  }

  static byte[] pad(byte[] fields, int size) {
    return Arrays.copyOf(fields, size);
  }
}
