package dev.parley.naive;

import static dev.parley.naive.Json.bytes;
import static dev.parley.naive.Json.hex;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Seals the records of one direction, and opens them again. */
final class RecordCheck {

  private RecordCheck() {}

  static NaiveAead aead(JsonNode inputs) {
    return inputs.get("aead").asString().equals("AES-256-GCM")
        ? NaiveAead.AES_256_GCM
        : NaiveAead.CHACHA20_POLY1305;
  }

  static ObjectNode outputs(JsonNode inputs) throws NaiveRefusal {
    NaiveAead aead = aead(inputs);
    byte[] key = bytes(inputs, "key");
    long n = inputs.get("n").asLong();
    NaiveRecords sealing = new NaiveRecords(aead, key, n);
    NaiveRecords opening = new NaiveRecords(aead, key, n);
    ArrayNode records = Json.array();
    for (JsonNode input : inputs.get("records")) {
      byte[] inner = inner(input);
      byte[] record = sealing.seal(inner);
      assertThat(opening.open(NaiveBytes.from(record, 2))).isEqualTo(inner);
      assertThat(opening.key()).isEqualTo(sealing.key());
      records.add(
          Json.object()
              .put("n", n)
              .put("key", hex(sealing.keyOfLastRecord()))
              .put("nonce", hex(aead.nonce(n)))
              .put("inner", hex(inner))
              .put("record", hex(record)));
      n++;
    }
    ObjectNode outputs = Json.object();
    outputs.set("records", records);
    return outputs;
  }

  private static byte[] inner(JsonNode input) throws NaiveRefusal {
    int padding = input.get("padding").asInt();
    if (input.get("type").asString().equals("CONTROL")) {
      byte[] control = bytes(input, "control");
      return NaiveBytes.pad(control, control.length + padding);
    }
    List<byte[]> frames = new ArrayList<>();
    input.get("frames").forEach(frame -> frames.add(bytes(frame)));
    byte[] inner = NaiveRecords.data(frames, padding);
    assertThat(NaiveRecords.frames(inner)).containsExactlyElementsOf(frames);
    return inner;
  }
}
