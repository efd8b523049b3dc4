package dev.parley.transport.session;

import static dev.parley.transport.session.SessionFixture.body;
import static dev.parley.transport.vectors.VectorFile.bytes;
import static dev.parley.transport.vectors.VectorFile.hex;
import static dev.parley.transport.vectors.VectorFile.object;
import static dev.parley.transport.vectors.VectorFile.script;

import dev.parley.Identity;
import dev.parley.Network;
import dev.parley.carrier.InstanceId;
import dev.parley.transport.crypto.RandomSource;
import dev.parley.transport.noise.HandshakeBuilder;
import dev.parley.transport.noise.HandshakeException;
import dev.parley.transport.noise.HandshakeState;
import dev.parley.transport.noise.HandshakeTrace;
import dev.parley.transport.noise.Role;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The inputs of one published handshake, and the two sides made of them. */
final class VectorHandshake {
  static final String OPEN_NAME = "auction-house";
  static final byte[] SECRET = bytes("network secret", 32);

  final Suite suite;
  final boolean relayed;
  final boolean open;
  final Side initiator;
  final Side responder;
  final byte[] dialNonce;
  final byte[] credentials;
  final boolean check;
  final Dial dial;

  /** What one side brings. */
  static final class Side {
    final byte[] seed;
    final Identity identity;
    final SessionLimits limits;
    final long features;
    final InstanceId instance;
    final int roles;
    final long timeMs;
    final byte[] ephemeral;
    final byte[] kemRandom;

    Side(
        String label,
        String role,
        int variant,
        SessionLimits limits,
        long features,
        long timeMs,
        int kem) {
      this.seed = bytes(role + " seed", 32);
      this.identity = Identity.fromSeed(seed);
      this.limits = limits;
      this.features = features;
      this.instance =
          variant == 0
              ? InstanceId.UNKNOWN
              : InstanceId.of(bytes(label + "/" + role + " instance", 16));
      this.roles = variant < 2 ? 0 : 1;
      this.timeMs = timeMs;
      this.ephemeral = bytes(label + "/" + role + " ephemeral", 32);
      this.kemRandom = bytes(label + "/" + role + " kem", kem);
    }

    byte[] staticPublic() {
      return identity.id().x25519PublicKey();
    }

    List<byte[]> draws(byte[]... more) {
      List<byte[]> draws = new ArrayList<>();
      draws.add(ephemeral);
      if (kemRandom.length > 0) {
        draws.add(kemRandom);
      }
      draws.addAll(List.of(more));
      return draws;
    }

    private ObjectNode json(String kemName) {
      ObjectNode json = object().put("seed", hex(seed));
      json.set("limits", limitsJson(limits));
      json.put("features", String.format("%016x", features));
      if (!instance.equals(InstanceId.UNKNOWN)) {
        json.put("instance", hex(instance.toBytes()));
      }
      if (roles != 0) {
        json.put("roles", roles);
      }
      json.put("timeMs", timeMs);
      json.put("ephemeralPrivate", hex(ephemeral));
      if (kemRandom.length > 0) {
        json.put(kemName, hex(kemRandom));
      }
      return json;
    }
  }

  VectorHandshake(Suite suite, boolean relayed, boolean open) {
    this.suite = suite;
    this.relayed = relayed;
    this.open = open;
    String label = name();
    int variant = (relayed ? 1 : 0) + (open ? 0 : 2);
    long time = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli() + variant;
    boolean pq = suite.postQuantum();
    this.initiator =
        new Side(label, "initiator", variant, initiatorLimits(variant), 0b101, time, pq ? 64 : 0);
    this.responder =
        new Side(
            label, "responder", variant, SessionLimits.defaults(), 0b110, time + 250, pq ? 32 : 0);
    this.dialNonce = bytes(label + "/dial nonce", 16);
    this.credentials = bytes(label + "/credentials", new int[] {0, 300, 800, 1866}[variant]);
    this.check = variant == 3;
    this.dial =
        Dial.to(responder.identity.id())
            .suite(suite)
            .relayed(relayed)
            .check(check)
            .credentials(credentials);
  }

  private static SessionLimits initiatorLimits(int variant) {
    return switch (variant) {
      case 0 -> SessionLimits.defaults();
      case 1 -> new SessionLimits(4096, 1024, 1024, 1);
      case 2 -> new SessionLimits(65519, 0xFF_FFFF, 0xFF_FFFF, 1 << 20);
      default -> new SessionLimits(16384, 100_000, 2000, 17);
    };
  }

  /** All sixteen. */
  static List<VectorHandshake> all() {
    List<VectorHandshake> all = new ArrayList<>();
    for (Suite suite : Suite.values()) {
      for (boolean open : new boolean[] {true, false}) {
        for (boolean relayed : new boolean[] {false, true}) {
          all.add(new VectorHandshake(suite, relayed, open));
        }
      }
    }
    return all;
  }

  String name() {
    return "suite "
        + suite.id()
        + (relayed ? ", relayed" : ", direct")
        + (open ? ", open network" : ", secret network");
  }

  Network network() {
    return open ? Network.open(OPEN_NAME) : Network.secret(SECRET);
  }

  NetworkKeys keys() {
    return new NetworkKeys(network(), responder.identity.id());
  }

  byte[] header() {
    return HandshakeWire.header1(suite, relayed);
  }

  byte[] prologue() {
    return HandshakeWire.prologue(header(), network().id().toBytes(), responder.identity.id());
  }

  ObjectNode inputs() {
    ObjectNode json = object().put("suite", suite.id()).put("relayed", relayed);
    json.set(
        "network", open ? object().put("name", OPEN_NAME) : object().put("secret", hex(SECRET)));
    json.set("initiator", initiator.json("kemSeed"));
    json.set("responder", responder.json("kemMessage"));
    json.put("dialNonce", hex(dialNonce)).put("credentials", hex(credentials)).put("check", check);
    return json;
  }

  static ObjectNode limitsJson(SessionLimits limits) {
    return object()
        .put("maxRecordBytes", limits.maxRecordBytes())
        .put("maxMessageBytes", limits.maxMessageBytes())
        .put("maxMetadataBytes", limits.maxMetadataBytes())
        .put("maxConcurrentRequests", limits.maxConcurrentRequests());
  }

  SessionOptions options(Side side, RandomSource random) {
    return SessionOptions.builder()
        .identity(side.identity)
        .network(network())
        .suites(SessionFixture.EVERY_SUITE)
        .limits(side.limits)
        .features(side.features)
        .instance(side.instance)
        .roles(side.roles)
        .random(random)
        .clock(InstantSource.fixed(Instant.ofEpochMilli(side.timeMs)))
        .build();
  }

  /** The handshake as nodes make it. */
  SessionFixture.Pair run() {
    try {
      return SessionFixture.handshake(
          dial,
          options(initiator, script(initiator.draws(dialNonce))),
          options(responder, script(responder.draws())));
    } catch (HandshakeRefusedException e) {
      throw new AssertionError(e);
    }
  }

  byte[] payload1() {
    return HandshakePayloads.encode1(initiator.timeMs, HandshakeWire.payload1Bytes(suite));
  }

  byte[] payload2() {
    return HandshakePayloads.encode2(
        new HandshakePayloads.Answer(
            responder.timeMs,
            responder.limits,
            responder.features,
            responder.instance,
            responder.roles),
        HandshakeWire.payload2Bytes(suite));
  }

  HandshakePayloads.Introduction introduction() {
    HandshakePayloads.Introduction introduction = new HandshakePayloads.Introduction();
    introduction.agentId = initiator.identity.id().toBytes();
    introduction.limits = initiator.limits;
    introduction.features = initiator.features;
    introduction.dialNonce = dialNonce;
    introduction.credentials = credentials;
    introduction.instance = initiator.instance;
    introduction.roles = initiator.roles;
    introduction.check = check;
    return introduction;
  }

  /** The same Noise handshake with payloads of the caller's choice. */
  HandshakeState noise(Role role, HandshakeTrace trace) {
    Side side = role == Role.INITIATOR ? initiator : responder;
    HandshakeBuilder builder =
        HandshakeState.builder(suite.protocol(), role)
            .prologue(prologue())
            .psks(List.of(keys().psk(suite)))
            .localStatic(side.identity.agreementKey(), side.staticPublic())
            .random(script(side.draws()))
            .trace(trace);
    if (role == Role.INITIATOR) {
      builder.remoteStatic(responder.staticPublic());
    }
    return builder.build();
  }

  /** The body of the answer with another payload in it. */
  byte[] message2With(byte[] payload2) {
    HandshakeState noise = noise(Role.RESPONDER, (message, step, ck, h) -> {});
    byte[] body1 = body(run().message1);
    try {
      noise.readMessage(body1, HandshakeWire.NOISE_1_AT, body1.length - HandshakeWire.NOISE_1_AT);
      byte[] head = {HandshakeWire.KIND_MESSAGE_2, 0};
      return SessionFixture.concat(head, noise.writeMessage(payload2));
    } catch (HandshakeException e) {
      throw new AssertionError(e);
    }
  }

  /** The third message with another payload in it. */
  byte[] message3With(byte[] payload3) {
    HandshakeState noise = noise(Role.INITIATOR, (message, step, ck, h) -> {});
    byte[] body2 = body(run().message2);
    try {
      noise.writeMessage(payload1());
      noise.readMessage(body2, HandshakeWire.NOISE_2_AT, body2.length - HandshakeWire.NOISE_2_AT);
      return noise.writeMessage(payload3);
    } catch (HandshakeException e) {
      throw new AssertionError(e);
    }
  }
}
