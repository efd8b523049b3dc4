package dev.parley.transport.session;

import static dev.parley.transport.noise.NoiseInternals.agree;
import static dev.parley.transport.session.SessionFixture.body;
import static dev.parley.transport.vectors.VectorFile.array;
import static dev.parley.transport.vectors.VectorFile.hex;
import static dev.parley.transport.vectors.VectorFile.object;
import static dev.parley.transport.vectors.VectorFile.vector;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.transport.noise.Dh;
import dev.parley.transport.noise.HandshakeException;
import dev.parley.transport.noise.HandshakeState;
import dev.parley.transport.noise.NoiseInternals;
import dev.parley.transport.noise.Role;
import dev.parley.transport.noise.SessionKeys;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes {@code handshakes.json}. */
final class HandshakeVectors {
  private static final String EXPORTER_LABEL = "auction-house lot 19";

  private final VectorHandshake made;
  private final SessionFixture.Pair pair;
  private final ObjectNode out = object();

  private HandshakeVectors(VectorHandshake made) {
    this.made = made;
    this.pair = made.run();
  }

  static ObjectNode file() {
    ArrayNode vectors = array();
    for (VectorHandshake made : VectorHandshake.all()) {
      ObjectNode inputs = made.inputs().put("exporterLabel", EXPORTER_LABEL);
      vectors.add(vector(made.name(), inputs, new HandshakeVectors(made).outputs()));
    }
    ObjectNode file = object().put("format", "parley handshakes 1");
    file.set("handshakes", vectors);
    return file;
  }

  private ObjectNode outputs() {
    network();
    agents();
    ephemerals();
    noise();
    session();
    return out;
  }

  private void network() {
    NetworkKeys keys = made.keys();
    put("networkId", keys.id().toBytes());
    put("psk", keys.psk(made.suite));
    put("mac1Key", made.network().derive(mac1Info(), 32));
    put("prologue", made.prologue());
  }

  private byte[] mac1Info() {
    return SessionFixture.concat(
        SessionFixture.ascii("parley mac1"), made.responder.identity.id().toBytes());
  }

  private void agents() {
    put("initiatorId", made.initiator.identity.id().toBytes());
    put("initiatorStaticPrivate", made.initiator.identity.agreementKey());
    put("initiatorStatic", made.initiator.staticPublic());
    put("responderId", made.responder.identity.id().toBytes());
    put("responderStaticPrivate", made.responder.identity.agreementKey());
    put("responderStatic", made.responder.staticPublic());
  }

  private void ephemerals() {
    put("initiatorEphemeral", Dh.x25519().publicKey(made.initiator.ephemeral));
    put("responderEphemeral", Dh.x25519().publicKey(made.responder.ephemeral));
    if (made.suite.postQuantum()) {
      byte[] publicKey = NoiseInternals.kemPublicKey(made.initiator.kemRandom);
      put("kemPublicKey", publicKey);
      put("kemCiphertext", NoiseInternals.kemEncapsulate(publicKey, made.responder.kemRandom)[0]);
    }
  }

  /** Repeats the handshake with a trace, and makes sure that it is the same one. */
  private void noise() {
    put("payload1", made.payload1());
    put("payload2", made.payload2());
    byte[] payload3 = HandshakePayloads.encode3(made.introduction());
    put("payload3", payload3);
    ArrayNode steps = array();
    Map<String, byte[]> secrets = secrets();
    HandshakeState noise =
        made.noise(
            Role.INITIATOR,
            (message, step, ck, h) -> {
              String name = message < 0 ? step : message + 1 + " " + step;
              ObjectNode node = object().put("step", name);
              if (secrets.containsKey(name)) {
                node.put("secret", hex(secrets.get(name)));
              }
              steps.add(node.put("ck", hex(ck)).put("h", hex(h)));
            });
    byte[] message1 = body(pair.message1);
    byte[] message2 = body(pair.message2);
    try {
      assertThat(noise.writeMessage(made.payload1()))
          .isEqualTo(Arrays.copyOfRange(message1, HandshakeWire.NOISE_1_AT, message1.length));
      assertThat(
              noise.readMessage(
                  message2, HandshakeWire.NOISE_2_AT, message2.length - HandshakeWire.NOISE_2_AT))
          .isEqualTo(made.payload2());
      assertThat(noise.writeMessage(payload3)).isEqualTo(body(pair.message3));
    } catch (HandshakeException e) {
      throw new AssertionError(e);
    }
    out.set("steps", steps);
    put("mac1", Arrays.copyOfRange(message1, HandshakeWire.MAC1_AT, HandshakeWire.NOISE_1_AT));
    put("message1", pair.message1);
    put("message2", pair.message2);
    put("message3", pair.message3);
    put("handshakeHash", noise.handshakeHash());
    SessionKeys keys = noise.split();
    put("initiatorToResponder", keys.initiatorToResponder());
    put("responderToInitiator", keys.responderToInitiator());
  }

  private Map<String, byte[]> secrets() {
    byte[] responderEphemeral = Dh.x25519().publicKey(made.responder.ephemeral);
    Map<String, byte[]> secrets = new HashMap<>();
    secrets.put("1 es", agree(made.initiator.ephemeral, made.responder.staticPublic()));
    secrets.put("2 ee", agree(made.initiator.ephemeral, responderEphemeral));
    secrets.put("3 se", agree(made.initiator.identity.agreementKey(), responderEphemeral));
    if (made.suite.postQuantum()) {
      byte[] publicKey = NoiseInternals.kemPublicKey(made.initiator.kemRandom);
      secrets.put("2 ekem1", NoiseInternals.kemEncapsulate(publicKey, made.responder.kemRandom)[1]);
    }
    return secrets;
  }

  private void session() {
    EstablishedSession session = pair.responder;
    assertThat(session.channelBinding()).isEqualTo(pair.initiator.channelBinding());
    assertThat(hex(session.channelBinding())).isEqualTo(out.get("handshakeHash").asString());
    put("sessionId", session.sessionId());
    put("exporter", session.exporter(EXPORTER_LABEL));
    out.put("maxRecordBytes", session.maxRecordBytes());
    out.put("features", String.format("%016x", session.features()));
  }

  private void put(String field, byte[] value) {
    out.put(field, hex(value));
  }
}
