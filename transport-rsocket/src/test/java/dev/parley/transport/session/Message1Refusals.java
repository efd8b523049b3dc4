package dev.parley.transport.session;

import static dev.parley.transport.session.RefusalVectors.parse;
import static dev.parley.transport.session.RefusalVectors.with;
import static dev.parley.transport.session.SessionFixture.body;
import static dev.parley.transport.session.SessionFixture.concat;
import static dev.parley.transport.session.SessionFixture.flip;
import static dev.parley.transport.vectors.VectorFile.array;
import static dev.parley.transport.vectors.VectorFile.hex;
import static dev.parley.transport.vectors.VectorFile.object;
import static dev.parley.transport.vectors.VectorFile.vector;

import dev.parley.Network;
import dev.parley.transport.noise.NoiseInternals;
import dev.parley.transport.vectors.VectorFile;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** First messages for a responder that takes suites 1 and 2. */
final class Message1Refusals {
  private final VectorHandshake made = VectorHandshake.all().get(0);
  private final byte[] good = body(made.run().message1);
  private final byte[] noise = Arrays.copyOfRange(good, HandshakeWire.NOISE_1_AT, good.length);
  private final Map<String, byte[]> bodies = new LinkedHashMap<>();

  private Message1Refusals() {}

  static ArrayNode vectors() {
    Message1Refusals refusals = new Message1Refusals();
    refusals.headers();
    refusals.noiseMessages();
    refusals.payloads();
    ArrayNode vectors = array();
    refusals.bodies.forEach(
        (name, body) -> {
          ObjectNode inputs = object().put("handshake", refusals.made.name());
          vectors.add(vector(name, inputs.put("body", hex(body)), refusals.outputs(body)));
        });
    return vectors;
  }

  private void headers() {
    byte[] header = made.header();
    bodies.put("the right message", good);
    bodies.put("one byte short", Arrays.copyOf(good, good.length - 1));
    bodies.put("one byte long", Arrays.copyOf(good, good.length + 1));
    bodies.put("another magic, right mac1", signed(with(header, 2, parse("58")), noise));
    bodies.put("an unknown flag, right mac1", signed(with(header, 5, parse("02")), noise));
    bodies.put("a bit of mac1 flipped", flip(good, 8 * 6));
    bodies.put("mac1 for another agent", signedFor(made.initiator.identity.id(), made.network()));
    Network elsewhere = Network.open("elsewhere");
    bodies.put("mac1 of another network", signedFor(made.responder.identity.id(), elsewhere));
    bodies.put("suite 0, wrong mac1", with(good, 4, parse("00")));
    for (String suite : new String[] {"00", "03", "04", "05", "ff"}) {
      bodies.put("suite 0x" + suite + ", right mac1", signed(with(header, 4, parse(suite)), noise));
    }
    bodies.put("suite 2 over a message of suite 1", signed(with(header, 4, parse("02")), noise));
    byte[] next = with(header, 3, parse("32"));
    bodies.put("version 2, wrong mac1", with(good, 3, parse("32")));
    bodies.put("version 2, right mac1", signed(next, noise));
    bodies.put("version 2, right mac1, an unknown flag", signed(with(next, 5, parse("80")), noise));
    bodies.put("the relay flag set on the way", signed(with(header, 5, parse("01")), noise));
  }

  private void noiseMessages() {
    byte[] header = made.header();
    bodies.put("e of small order", signed(header, with(noise, 0, new byte[32])));
    bodies.put("a bit of e flipped", signed(header, flip(noise, 0)));
    bodies.put("a bit of E(e1) flipped", signed(header, flip(noise, 8 * 32)));
    bodies.put("a bit of the last tag flipped", signed(header, flip(noise, 8 * noise.length - 1)));
    byte[] key = NoiseInternals.kemPublicKey(made.initiator.kemRandom);
    byte[] modulus = with(key, 0, new byte[] {0x01, (byte) (key[1] & 0xF0 | 0x0D)});
    bodies.put("a coefficient of 3329 in the encapsulation key", crafted(modulus, payload("")));
  }

  private void payloads() {
    String time = time(made.initiator.timeMs);
    bodies.put("an unknown optional field", crafted(payload("7f0001aa" + time)));
    bodies.put("a field of another message", crafted(payload(time + "020001ff")));
    for (long apart : new long[] {-300_001, -300_000, 300_000, 300_001}) {
      bodies.put(
          "a TIME " + apart + " ms from the responder's",
          crafted(payload(time(made.responder.timeMs + apart))));
    }
    bodies.put("no TIME", crafted(new byte[136]));
    bodies.put("a TIME of 7 bytes", crafted(payload("01000700000000000000")));
    bodies.put("TIME twice", crafted(payload(time + time)));
    bodies.put("a field that must be understood", crafted(payload(time + "800000")));
    bodies.put("padding that is not zero", crafted(with(payload(time), 135, parse("01"))));
    bodies.put("a field beyond the end", crafted(payload(time + "7f0100")));
    bodies.put("a list that ends exactly at the end", crafted(full(time)));
  }

  private static String time(long millis) {
    return "010008" + HexFormat.of().toHexDigits(millis);
  }

  /** Fields and zeros; without fields the right ones. */
  private byte[] payload(String fields) {
    return fields.isEmpty() ? made.payload1() : Arrays.copyOf(parse(fields), 136);
  }

  private static byte[] full(String time) {
    return with(Arrays.copyOf(parse(time + "7f007a"), 136), 135, parse("01"));
  }

  private byte[] crafted(byte[] payload) {
    return crafted(NoiseInternals.kemPublicKey(made.initiator.kemRandom), payload);
  }

  private byte[] crafted(byte[] kemPublicKey, byte[] payload) {
    byte[] message =
        NoiseInternals.hybridMessage1(
            made.suite.protocol(),
            made.prologue(),
            made.keys().psk(made.suite),
            made.responder.staticPublic(),
            made.initiator.ephemeral,
            kemPublicKey,
            payload);
    return signed(made.header(), message);
  }

  private byte[] signed(byte[] header, byte[] message) {
    return concat(header, made.keys().mac1(header, message, 0), message);
  }

  private byte[] signedFor(dev.parley.AgentId responder, Network network) {
    byte[] header = made.header();
    return concat(header, new NetworkKeys(network, responder).mac1(header, noise, 0), noise);
  }

  private ObjectNode outputs(byte[] body) {
    SessionOptions options =
        made.options(made.responder, VectorFile.script(made.responder.draws())).toBuilder()
            .suites(SuitePolicy.defaults())
            .build();
    try {
      ResponderHandshake.precheck(options, body).message2();
      return RefusalVectors.result(true);
    } catch (HandshakeRefusedException e) {
      byte[] reply = e.reply();
      return reply == null || reply.length == 0
          ? RefusalVectors.result(false)
          : object().put("result", "rejected").put("answer", hex(reply));
    }
  }
}
