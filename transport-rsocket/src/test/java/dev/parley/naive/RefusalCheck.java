package dev.parley.naive;

import static dev.parley.naive.Json.bytes;
import static dev.parley.naive.Json.hex;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads what has to be refused, and the few things among it that must not be. */
final class RefusalCheck {
  private static final Set<NaiveSuite> DEFAULT_SUITES = EnumSet.of(NaiveSuite.ONE, NaiveSuite.TWO);

  private static JsonNode handshakes;

  private RefusalCheck() {}

  private interface Step {
    void run() throws NaiveRefusal;
  }

  private static ObjectNode result(Step step) {
    try {
      step.run();
      return Json.object().put("result", "accepted");
    } catch (NaiveRefusal e) {
      boolean rejected = e.rejectCode() != 0;
      return Json.object().put("result", rejected ? "rejected" : "closed");
    }
  }

  static ObjectNode id(JsonNode in) {
    boolean valid = NaiveIds.isValid(bytes(in, "id"));
    return Json.object().put("result", valid ? "accepted" : "closed");
  }

  private static HandshakeCheck handshake(JsonNode in) throws IOException, NaiveRefusal {
    if (handshakes == null) {
      handshakes = VectorsTest.read("handshakes.json").get("handshakes");
    }
    for (JsonNode handshake : handshakes) {
      if (handshake.get("name").equals(in.get("handshake"))) {
        return new HandshakeCheck(handshake.get("inputs"));
      }
    }
    throw new IllegalArgumentException("no handshake " + in.get("handshake"));
  }

  static ObjectNode message1(JsonNode in) throws IOException, NaiveRefusal {
    NaiveResponder responder = handshake(in).responder(DEFAULT_SUITES);
    int[] code = {0};
    ObjectNode out =
        result(
            () -> {
              try {
                responder.readMessage1(bytes(in, "body"));
                responder.message2();
              } catch (NaiveRefusal e) {
                code[0] = e.rejectCode();
                throw e;
              }
            });
    if (code[0] != 0) {
      out.put("answer", hex(NaiveWire.unit(NaiveWire.encodeReject(code[0], 0))));
    }
    return out;
  }

  static ObjectNode answer(JsonNode in) throws IOException, NaiveRefusal {
    byte[] body = bytes(in, "body");
    NaiveInitiator initiator = handshake(in).initiator();
    initiator.message1();
    ObjectNode out =
        result(
            () -> {
              if (!NaiveWire.isAnswerLength(body.length)) {
                throw new NaiveRefusal("a wrong length of an answer");
              }
              initiator.readAnswer(body);
            });
    if (out.get("result").asString().equals("rejected")) {
      out.put("code", body[1] & 0xFF).put("retryAfterMs", NaiveBytes.uint(body, 2, 4));
    }
    return out;
  }

  static ObjectNode message3(JsonNode in) throws IOException, NaiveRefusal {
    HandshakeCheck handshake = handshake(in);
    NaiveResponder responder = handshake.responder(DEFAULT_SUITES);
    responder.readMessage1(handshake.initiator().message1());
    responder.message2();
    byte[][] id = new byte[1][];
    ObjectNode out = result(() -> id[0] = responder.readMessage3(bytes(in, "body")).peerId());
    return id[0] == null ? out : out.put("initiatorId", hex(id[0]));
  }

  static ObjectNode record(JsonNode in) {
    byte[] record = bytes(in, "record");
    int maxRecord = in.get("maxRecordBytes").asInt();
    NaiveRecords opening = new NaiveRecords(RecordCheck.aead(in), bytes(in, "key"));
    return result(
        () -> {
          if (!NaiveRecords.isRecordLength((int) NaiveBytes.uint(record, 0, 2), maxRecord)) {
            throw new NaiveRefusal("a wrong length of a record");
          }
          byte[] inner = opening.open(NaiveBytes.from(record, 2));
          switch (inner[0]) {
            case NaiveRecords.DATA -> NaiveRecords.frames(inner);
            case NaiveRecords.CONTROL -> NaiveControl.decode(inner);
            default -> throw new NaiveRefusal("a record of an unknown type");
          }
        });
  }
}
