package dev.parley.transport.session;

import static dev.parley.transport.session.SessionFixture.body;
import static dev.parley.transport.session.SessionFixture.concat;
import static dev.parley.transport.session.SessionFixture.flip;
import static dev.parley.transport.vectors.VectorFile.array;
import static dev.parley.transport.vectors.VectorFile.hex;
import static dev.parley.transport.vectors.VectorFile.object;
import static dev.parley.transport.vectors.VectorFile.vector;

import dev.parley.AgentId;
import dev.parley.transport.vectors.VectorFile;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes {@code refusals.json}: what has to be refused, and a few things that must not be. */
final class RefusalVectors {
  static final String ACCEPTED = "accepted";
  static final String CLOSED = "closed";

  private final VectorHandshake made = VectorHandshake.all().get(0);

  private RefusalVectors() {}

  static ObjectNode file() {
    RefusalVectors vectors = new RefusalVectors();
    ObjectNode file = object().put("format", "parley refusals 1");
    file.set("ids", ids());
    file.set("message1", Message1Refusals.vectors());
    file.set("answers", vectors.answers());
    file.set("message3", vectors.message3());
    file.set("records", RecordRefusals.vectors());
    return file;
  }

  private static ArrayNode ids() {
    Map<String, String> ids = new LinkedHashMap<>();
    String valid = hex(VectorHandshake.all().get(0).initiator.identity.id().toBytes());
    ids.put("an id", valid);
    ids.put("the same with its top bit flipped, another id", hex(sibling(valid)));
    ids.put("the neutral point", "01" + "00".repeat(31));
    ids.put("the neutral point with a sign", "01" + "00".repeat(30) + "80");
    ids.put("order 2", "ec" + "ff".repeat(30) + "7f");
    ids.put("order 4", "00".repeat(32));
    ids.put("order 8", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05");
    ids.put("y = p + 1, not canonical", "ee" + "ff".repeat(30) + "7f");
    ids.put("y = 2, not on the curve", "02" + "00".repeat(31));
    ids.put("y = 2^255 - 1", "ff".repeat(32));
    ids.put("an id plus the point of order 2", hex(negatedBoth(valid)));
    ArrayNode vectors = array();
    ids.forEach(
        (name, id) -> vectors.add(vector(name, object().put("id", id), result(isValid(id)))));
    return vectors;
  }

  private static boolean isValid(String id) {
    try {
      AgentId.of(HexFormat.of().parseHex(id));
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  static ObjectNode result(boolean accepted) {
    return object().put("result", accepted ? ACCEPTED : CLOSED);
  }

  static byte[] sibling(String id) {
    byte[] sibling = HexFormat.of().parseHex(id);
    sibling[31] ^= (byte) 0x80;
    return sibling;
  }

  /** (-x, -y), which is the point plus (0, -1): on the curve, but not of prime order. */
  private static byte[] negatedBoth(String id) {
    byte[] in = sibling(id);
    byte[] out = new byte[32];
    int borrow = 0;
    for (int i = 0; i < 32; i++) {
      int p = i == 0 ? 0xED : i == 31 ? 0x7F : 0xFF;
      int y = i == 31 ? in[i] & 0x7F : in[i] & 0xFF;
      int difference = p - y - borrow;
      out[i] = (byte) difference;
      borrow = difference < 0 ? 1 : 0;
    }
    out[31] |= (byte) (in[31] & 0x80);
    return out;
  }

  private ArrayNode answers() {
    byte[] good = body(made.run().message2);
    byte[] payload = made.payload2();
    Map<String, byte[]> bodies = new LinkedHashMap<>();
    bodies.put("the right answer", good);
    bodies.put("REJECT, busy", parse("ee01000003e80000"));
    bodies.put("REJECT, unsupported suite", parse("ee02000000000000"));
    bodies.put("REJECT, unsupported version", parse("ee03000000000000"));
    bodies.put("REJECT, denied", parse("ee04000000000000"));
    bodies.put("REJECT with an unknown code", parse("ee05000000000000"));
    bodies.put("REJECT of another kind", parse("ef01000000000000"));
    bodies.put("REJECT with a reserved byte set", parse("ee01000000000001"));
    bodies.put("another kind of answer", flip(good, 0));
    bodies.put("a reserved byte set", flip(good, 15));
    bodies.put("a bit of e flipped", flip(good, 8 * 2));
    bodies.put("a bit of the sealed ciphertext flipped", flip(good, 8 * 34));
    bodies.put("a bit of the last tag flipped", flip(good, 8 * good.length - 1));
    bodies.put("e of small order", with(good, 2, new byte[32]));
    bodies.put("one byte short", Arrays.copyOf(good, good.length - 1));
    bodies.put("no TIME", made.message2With(without(payload, 0, 11)));
    bodies.put("no LIMITS", made.message2With(without(payload, 11, 30)));
    bodies.put("no FEATURES", made.message2With(without(payload, 30, 41)));
    bodies.put("maxRecordBytes of 4095", made.message2With(with(payload, 14, parse("00000fff"))));
    bodies.put("maxRecordBytes of 65520", made.message2With(with(payload, 14, parse("0000fff0"))));
    bodies.put("requests of 2^31", made.message2With(with(payload, 26, parse("80000000"))));
    bodies.put("a field of P3", made.message2With(with(payload, 41, parse("050001ff"))));
    bodies.put("padding that is not zero", made.message2With(with(payload, 251, parse("01"))));
    ArrayNode vectors = array();
    bodies.forEach((name, body) -> vectors.add(vector(name, inputs(body), answer(body))));
    return vectors;
  }

  private ObjectNode inputs(byte[] body) {
    return object().put("handshake", made.name()).put("body", hex(body));
  }

  private ObjectNode answer(byte[] body) {
    InitiatorHandshake initiator =
        InitiatorHandshake.start(
            made.dial,
            made.options(made.initiator, VectorFile.script(made.initiator.draws(made.dialNonce))));
    initiator.message1();
    try {
      if (initiator.readMessage2(body) instanceof InitiatorOutcome.Rejected rejected) {
        return object()
            .put("result", "rejected")
            .put("code", rejected.code().wire())
            .put("retryAfterMs", rejected.retryAfterMs());
      }
      return result(true);
    } catch (HandshakeRefusedException e) {
      return result(false);
    }
  }

  private ArrayNode message3() {
    byte[] good = body(made.run().message3);
    byte[] payload = HandshakePayloads.encode3(made.introduction());
    String id = hex(made.initiator.identity.id().toBytes());
    byte[] other = made.responder.identity.id().toBytes();
    Map<String, byte[]> bodies = new LinkedHashMap<>();
    bodies.put("the right message", good);
    bodies.put("the other id of the same X25519 key", with3(payload, 3, sibling(id)));
    bodies.put("more padding than needed", made.message3With(Arrays.copyOf(payload, 446)));
    bodies.put("a bit of E(s) flipped", flip(good, 3));
    bodies.put("a bit of the last tag flipped", flip(good, 8 * good.length - 1));
    bodies.put("a length that is not listed", Arrays.copyOf(good, good.length + 1));
    bodies.put("the id of another agent", with3(payload, 3, other));
    bodies.put("an id of small order", with3(payload, 3, new byte[32]));
    bodies.put("an id of 31 bytes", made.message3With(shortId(payload)));
    bodies.put("no AGENT_ID", made.message3With(without(payload, 0, 35)));
    bodies.put("no LIMITS", made.message3With(without(payload, 35, 54)));
    bodies.put("no FEATURES", made.message3With(without(payload, 54, 65)));
    bodies.put("no DIAL_NONCE", made.message3With(without(payload, 65, 84)));
    bodies.put("a TIME, which is skipped here", with3(payload, 84, parse("010001ff")));
    bodies.put("an unknown optional field", with3(payload, 84, parse("7f0000")));
    bodies.put("an unknown optional field twice", with3(payload, 84, parse("7f00007f0000")));
    bodies.put("a DELEGATION", with3(payload, 84, parse("810000")));
    bodies.put("a field beyond the end", with3(payload, 84, parse("7fffff")));
    bodies.put("empty CREDENTIALS", with3(payload, 84, parse("060000")));
    ArrayNode vectors = array();
    bodies.forEach((name, body) -> vectors.add(vector(name, inputs(body), third(body))));
    return vectors;
  }

  private byte[] with3(byte[] payload, int at, byte[] value) {
    return made.message3With(with(payload, at, value));
  }

  private static byte[] shortId(byte[] payload) {
    return Arrays.copyOf(concat(parse("04001f"), Arrays.copyOfRange(payload, 4, 190)), 190);
  }

  private ObjectNode third(byte[] body) {
    try {
      ResponderHandshake responder =
          ResponderHandshake.precheck(
              made.options(made.responder, VectorFile.script(made.responder.draws())),
              body(made.run().message1));
      responder.message2();
      EstablishedSession session = responder.readMessage3(body);
      return result(true).put("initiatorId", hex(session.peer().toBytes()));
    } catch (HandshakeRefusedException e) {
      return result(false);
    }
  }

  static byte[] with(byte[] bytes, int at, byte[] value) {
    byte[] changed = bytes.clone();
    System.arraycopy(value, 0, changed, at, value.length);
    return changed;
  }

  /** Cuts a field out; zeros at the end keep the length. */
  private static byte[] without(byte[] payload, int from, int to) {
    byte[] head = Arrays.copyOf(payload, from);
    byte[] tail = Arrays.copyOfRange(payload, to, payload.length);
    return Arrays.copyOf(concat(head, tail), payload.length);
  }

  static byte[] parse(String hex) {
    return HexFormat.of().parseHex(hex);
  }
}
