package dev.parley.naive;

import static dev.parley.naive.Json.bytes;
import static dev.parley.naive.Json.hex;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Runs a handshake of the vectors, both sides naive. */
final class HandshakeCheck {
  private final JsonNode inputs;
  private final NaiveSuite suite;
  private final boolean relayed;
  private final NaiveNetwork network;
  private final NaiveSide initiatorSide;
  private final NaiveSide responderSide;
  private final ObjectNode out = Json.object();

  HandshakeCheck(JsonNode inputs) throws NaiveRefusal {
    this.inputs = inputs;
    this.suite = NaiveSuite.of(inputs.get("suite").asInt());
    this.relayed = inputs.get("relayed").asBoolean();
    this.network = Json.network(inputs.get("network"));
    this.initiatorSide = side(inputs.get("initiator"), "kemSeed");
    this.responderSide = side(inputs.get("responder"), "kemMessage");
  }

  private NaiveSide side(JsonNode node, String kem) {
    return new NaiveSide(
        new NaiveAgent(bytes(node, "seed")),
        network,
        Json.limits(node.get("limits")),
        Long.parseUnsignedLong(node.get("features").asString(), 16),
        node.has("instance") ? bytes(node, "instance") : new byte[0],
        node.has("roles") ? node.get("roles").asLong() : 0,
        node.get("timeMs").asLong(),
        bytes(node, "ephemeralPrivate"),
        bytes(node, kem));
  }

  NaiveInitiator initiator() throws NaiveRefusal {
    return new NaiveInitiator(
        suite,
        relayed,
        initiatorSide,
        responderSide.agent().id(),
        bytes(inputs, "dialNonce"),
        bytes(inputs, "credentials"),
        inputs.get("check").asBoolean());
  }

  NaiveResponder responder(Set<NaiveSuite> accepted) {
    return new NaiveResponder(responderSide, accepted);
  }

  ObjectNode outputs() throws NaiveRefusal {
    NaiveInitiator initiator = initiator();
    NaiveResponder responder = responder(Set.of(NaiveSuite.values()));
    byte[] message1 = initiator.message1();
    responder.readMessage1(message1);
    byte[] message2 = responder.message2();
    initiator.readAnswer(message2);
    byte[] message3 = initiator.message3();
    NaiveSession accepted = responder.readMessage3(message3);
    assertSameOnBothSides(initiator, responder, accepted);

    keys();
    put("payload1", initiator.payload1());
    put("payload2", responder.payload2());
    put("payload3", initiator.payload3());
    out.set("steps", steps(initiator.noise()));
    put("mac1", NaiveBytes.slice(message1, 6, 22));
    put("message1", NaiveWire.unit(message1));
    put("message2", NaiveWire.unit(message2));
    put("message3", NaiveWire.unit(message3));
    session(initiator.session());
    return out;
  }

  private static void assertSameOnBothSides(
      NaiveInitiator initiator, NaiveResponder responder, NaiveSession accepted) {
    NaiveSession dialled = initiator.session();
    assertThat(responder.noise().h()).isEqualTo(initiator.noise().h());
    assertThat(steps(responder.noise())).isEqualTo(steps(initiator.noise()));
    assertThat(accepted.sendKey()).isEqualTo(dialled.receiveKey());
    assertThat(accepted.receiveKey()).isEqualTo(dialled.sendKey());
    assertThat(accepted.maxRecord()).isEqualTo(dialled.maxRecord());
    assertThat(accepted.features()).isEqualTo(dialled.features());
  }

  private void keys() throws NaiveRefusal {
    byte[] responderId = responderSide.agent().id();
    put("networkId", network.id());
    put("psk", network.psk(suite));
    put("mac1Key", network.mac1Key(responderId));
    byte[] header = NaiveWire.header(suite, relayed);
    put("prologue", NaiveWire.prologue(header, network.id(), responderId));
    agent("initiator", initiatorSide.agent());
    agent("responder", responderSide.agent());
    put("initiatorEphemeral", NaiveCrypto.x25519Public(initiatorSide.ephemeral()));
    put("responderEphemeral", NaiveCrypto.x25519Public(responderSide.ephemeral()));
    if (suite.postQuantum) {
      byte[] publicKey = NaiveCrypto.kemKey(initiatorSide.kemRandom()).getPublicKey();
      put("kemPublicKey", publicKey);
      put("kemCiphertext", NaiveCrypto.kemEncapsulate(publicKey, responderSide.kemRandom())[0]);
    }
  }

  private void agent(String role, NaiveAgent agent) {
    put(role + "Id", agent.id());
    put(role + "StaticPrivate", agent.x25519Private());
    put(role + "Static", NaiveIds.x25519Public(agent.id()));
  }

  private static ArrayNode steps(NaiveNoise noise) {
    ArrayNode steps = Json.array();
    for (String step : noise.hashes.keySet()) {
      ObjectNode node = Json.object().put("step", step);
      if (noise.secrets.containsKey(step)) {
        node.put("secret", hex(noise.secrets.get(step)));
      }
      node.put("ck", hex(noise.chainingKeys.get(step)));
      steps.add(node.put("h", hex(noise.hashes.get(step))));
    }
    return steps;
  }

  private void session(NaiveSession session) {
    put("handshakeHash", session.h());
    put("initiatorToResponder", session.sendKey());
    put("responderToInitiator", session.receiveKey());
    put("sessionId", session.sessionId());
    put("exporter", session.exporter(inputs.get("exporterLabel").asString()));
    out.put("maxRecordBytes", session.maxRecord());
    out.put("features", String.format("%016x", session.features()));
  }

  private void put(String field, byte[] value) {
    out.put(field, hex(value));
  }
}
