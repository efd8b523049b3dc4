package dev.parley.transport.noise;

import static dev.parley.transport.crypto.Vectors.hex;
import static dev.parley.transport.crypto.Vectors.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.transport.crypto.AeadAlgorithm;
import dev.parley.transport.crypto.AeadException;
import dev.parley.transport.crypto.AeadKey;
import dev.parley.transport.crypto.AeadProvider;
import dev.parley.transport.crypto.VectorReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Runs Noise vectors in cacophony's format and its dialects: {@code name} for {@code
 * protocol_name}, noise-c's {@code fallback}, and the seeded hybrid vectors that give sizes and
 * keys in place of messages.
 */
final class NoiseVectors {

  private static final byte[] NO_AD = {};
  private static final byte[] EMPTY = {};

  private final JsonNode vector;
  private final AeadProvider provider;
  private final boolean expectsFailure;
  private final Map<Role, HandshakeState> states = new EnumMap<>(Role.class);

  private NoiseVectors(JsonNode vector, AeadProvider provider) {
    this.vector = vector;
    this.provider = provider;
    this.expectsFailure = vector.path("fail").asBoolean(false);
  }

  static boolean understands(JsonNode root) {
    return root.path("vectors").isArray() && !root.path("vectors").isEmpty();
  }

  static VectorReport run(String file, JsonNode root, AeadProvider provider) {
    VectorReport report = new VectorReport(file + " with " + provider.name());
    int index = 0;
    for (JsonNode vector : root.path("vectors")) {
      String id = "#" + index++ + " " + name(vector);
      report.run(id, () -> new NoiseVectors(vector, provider).holds());
    }
    return report;
  }

  /** {@code name} may be free text; then the sections stand in fields of their own. */
  private static String name(JsonNode vector) {
    String name = text(vector, vector.hasNonNull("protocol_name") ? "protocol_name" : "name");
    if (name.startsWith("Noise") || !vector.hasNonNull("pattern")) {
      return name;
    }
    String hybrid = vector.hasNonNull("hybrid") ? "+" + text(vector, "hybrid") : "";
    return String.join(
        "_",
        "Noise",
        text(vector, "pattern"),
        text(vector, "dh") + hybrid,
        text(vector, "cipher"),
        text(vector, "hash"));
  }

  private boolean holds() throws Exception {
    if (expectsFailure) {
      return fails();
    }
    if (vector.path("fallback").asBoolean(false)) {
      runFallback();
    } else if (vector.path("messages").isArray()) {
      ProtocolName protocol = ProtocolName.parse(name(vector));
      start(protocol);
      runMessages(protocol, 0, Role.INITIATOR);
    } else {
      runSeeded(ProtocolName.parse(name(vector)));
    }
    return true;
  }

  /** One of the ciphertexts is wrong, and its reader has to notice. */
  private boolean fails() {
    ProtocolName protocol = ProtocolName.parse(name(vector));
    start(protocol);
    try {
      runMessages(protocol, 0, Role.INITIATOR);
      return false;
    } catch (HandshakeException | AeadException expected) {
      return true;
    }
  }

  private void start(ProtocolName protocol) {
    for (Role role : Role.values()) {
      HandshakeBuilder builder = builder(protocol, role, prefix(role));
      if (protocol.pattern().preMessage(role.peer()).contains(Token.S)) {
        builder.remoteStatic(hex(vector, prefix(role) + "remote_static"));
      }
      states.put(role, builder.build());
    }
  }

  private HandshakeBuilder builder(ProtocolName protocol, Role role, String prefix) {
    HandshakePattern pattern = protocol.pattern();
    HandshakeBuilder builder =
        HandshakeState.builder(protocol, role)
            .aead(provider)
            .prologue(optional(prefix + "prologue"))
            .random(random(prefix));
    if (pattern.pskCount() > 0) {
      builder.psks(psks(prefix));
    }
    if (pattern.usesStatic(role)) {
      byte[] privateKey = hex(vector, prefix + "static");
      builder.localStatic(privateKey, protocol.dh().publicKey(privateKey));
    }
    return builder;
  }

  private static String prefix(Role role) {
    return role == Role.INITIATOR ? "init_" : "resp_";
  }

  private byte[] optional(String field) {
    return vector.hasNonNull(field) ? hex(vector, field) : EMPTY;
  }

  private List<byte[]> psks(String prefix) {
    List<byte[]> psks = new ArrayList<>();
    vector.path(prefix + "psks").forEach(psk -> psks.add(hex(psk.asString())));
    if (psks.isEmpty() && vector.hasNonNull(prefix + "psk")) {
      psks.add(hex(vector, prefix + "psk"));
    }
    return psks;
  }

  private ScriptedRandom random(String prefix) {
    List<byte[]> script = new ArrayList<>();
    for (String field : List.of("ephemeral", "kem_seed", "encaps_seed")) {
      if (vector.hasNonNull(prefix + field)) {
        script.add(hex(vector, prefix + field));
      }
    }
    return new ScriptedRandom(script);
  }

  /** Runs messages from an index on; they alternate, unless one-way, also after the handshake. */
  private void runMessages(ProtocolName protocol, int from, Role firstSender)
      throws HandshakeException, AeadException {
    JsonNode messages = vector.get("messages");
    int handshake = protocol.pattern().messages().size();
    assertThat(messages.size() - from).as("messages").isGreaterThanOrEqualTo(handshake);
    Role sender = firstSender;
    Transport transport = null;
    for (int i = from; i < messages.size(); i++) {
      byte[] payload = hex(messages.get(i), "payload");
      byte[] expected = hex(messages.get(i), "ciphertext");
      if (i - from < handshake) {
        handshakeMessage(i, sender, payload, expected);
      } else {
        if (transport == null) {
          transport = finish(protocol);
        }
        transport.message(i, sender, payload, expected);
      }
      sender = protocol.pattern().isOneWay() ? sender : sender.peer();
    }
    if (transport == null) {
      finish(protocol);
    }
  }

  private void handshakeMessage(int index, Role sender, byte[] payload, byte[] expected)
      throws HandshakeException {
    byte[] message = state(sender).writeMessage(payload);
    if (!expectsFailure) {
      assertThat(message).as("message %d", index).isEqualTo(expected);
    }
    byte[] read = state(sender.peer()).readMessage(expected, 0, expected.length);
    assertThat(read).as("payload %d", index).isEqualTo(payload);
  }

  private HandshakeState state(Role role) {
    return states.get(role);
  }

  private Transport finish(ProtocolName protocol) {
    for (HandshakeState state : states.values()) {
      assertThat(state.isComplete()).isTrue();
      if (vector.hasNonNull("handshake_hash") && !expectsFailure) {
        assertThat(state.handshakeHash()).as("hash").isEqualTo(hex(vector, "handshake_hash"));
      }
    }
    return new Transport(state(Role.INITIATOR), state(Role.RESPONDER), protocol.pattern());
  }

  /**
   * The responder cannot read the first message of one pattern, so both go on with another. That
   * one is initiated by the responder.
   */
  private void runFallback() throws HandshakeException, AeadException {
    String name = name(vector);
    String pattern = name.split("_", -1)[1];
    boolean namesSecond = pattern.contains("fallback");
    String first = namesSecond ? text(vector, "pattern") : pattern;
    String second = namesSecond ? pattern : vector.path("fallback_pattern").asString("XXfallback");
    ProtocolName before = ProtocolName.parse(name.replace(pattern, first));
    ProtocolName after = ProtocolName.parse(name.replace(pattern, second));

    start(before);
    JsonNode opening = vector.get("messages").get(0);
    byte[] message = state(Role.INITIATOR).writeMessage(hex(opening, "payload"));
    assertThat(message).as("message 0").isEqualTo(hex(opening, "ciphertext"));
    assertThat(refuses(state(Role.RESPONDER), message)).as("refuses message 0").isTrue();

    byte[] ephemeral = Arrays.copyOf(message, after.dh().keyBytes());
    states.put(
        Role.INITIATOR, builder(after, Role.INITIATOR, "resp_").remoteEphemeral(ephemeral).build());
    states.put(
        Role.RESPONDER,
        builder(after, Role.RESPONDER, "init_")
            .localEphemeral(hex(vector, "init_ephemeral"))
            .build());
    runMessages(after, 1, Role.INITIATOR);
  }

  private static boolean refuses(HandshakeState state, byte[] message) {
    try {
      state.readMessage(message, 0, message.length);
      return false;
    } catch (HandshakeException e) {
      return true;
    }
  }

  private void runSeeded(ProtocolName protocol) throws HandshakeException {
    start(protocol);
    JsonNode sizes = vector.path("message_sizes");
    assertThat(sizes.size()).isEqualTo(protocol.pattern().messages().size());
    for (int i = 0; i < sizes.size(); i++) {
      Role sender = protocol.pattern().sender(i);
      byte[] message = state(sender).writeMessage(EMPTY);
      assertThat(message).as("message %d", i + 1).hasSize(sizes.get(i).asInt());
      if (vector.hasNonNull("message_" + (i + 1))) {
        assertThat(message).isEqualTo(hex(vector, "message_" + (i + 1)));
      }
      assertThat(state(sender.peer()).readMessage(message, 0, message.length)).isEmpty();
    }
    for (HandshakeState state : states.values()) {
      assertThat(state.handshakeHash()).isEqualTo(hex(vector, "handshake_hash"));
      SessionKeys keys = state.split();
      assertThat(keys.initiatorToResponder())
          .isEqualTo(hex(vector, "cipher_key_initiator_to_responder"));
      assertThat(keys.responderToInitiator())
          .isEqualTo(hex(vector, "cipher_key_responder_to_initiator"));
    }
  }

  /** Both sides after the handshake. */
  private final class Transport {

    private final Map<Role, AeadKey> sealers = new EnumMap<>(Role.class);
    private final Map<Role, AeadKey> openers = new EnumMap<>(Role.class);
    private final Map<Role, Long> counters = new EnumMap<>(Role.class);

    Transport(HandshakeState initiator, HandshakeState responder, HandshakePattern pattern) {
      SessionKeys initiatorKeys = initiator.split();
      SessionKeys responderKeys = responder.split();
      sealers.put(Role.INITIATOR, initiatorKeys.sealer(Role.INITIATOR));
      openers.put(Role.INITIATOR, responderKeys.opener(Role.RESPONDER));
      if (!pattern.isOneWay()) {
        sealers.put(Role.RESPONDER, responderKeys.sealer(Role.RESPONDER));
        openers.put(Role.RESPONDER, initiatorKeys.opener(Role.INITIATOR));
      }
    }

    void message(int index, Role sender, byte[] payload, byte[] expected) throws AeadException {
      long n = counters.merge(sender, 1L, Long::sum) - 1;
      byte[] sealed = new byte[payload.length + AeadAlgorithm.TAG_BYTES];
      sealers.get(sender).seal(n, NO_AD, payload, 0, payload.length, sealed, 0);
      if (!expectsFailure) {
        assertThat(sealed).as("message %d", index).isEqualTo(expected);
      }
      byte[] opened = new byte[payload.length];
      openers.get(sender).open(n, NO_AD, expected, 0, expected.length, opened, 0);
      assertThat(opened).as("payload %d", index).isEqualTo(payload);
    }
  }
}
