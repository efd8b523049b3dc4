package dev.parley.naive;

import static dev.parley.naive.Json.bytes;
import static dev.parley.naive.Json.hex;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Metadata of messages and the frames around them. */
final class MetadataCheck {
  private static final int INVALID = 0x204;
  private static final int DEFAULT_REMAINING_MS = 60_000;

  private MetadataCheck() {}

  static ObjectNode frame(JsonNode in) {
    byte[] frame =
        in.get("frame").asString().equals("SETUP")
            ? NaiveFrame.setup().encode()
            : NaiveFrame.decode(bytes(in, "received")).keepAliveAnswer().encode();
    return Json.object().put("bytes", hex(frame));
  }

  static ObjectNode request(JsonNode in) throws NaiveRefusal {
    byte[] metadata = metadata(in, in.get("route").asString()).encode();
    return message(in, NaiveFrame.REQUEST_RESPONSE, 0, metadata);
  }

  static ObjectNode answer(JsonNode in) throws NaiveRefusal {
    int flags = NaiveFrame.NEXT | NaiveFrame.COMPLETE;
    return message(in, NaiveFrame.PAYLOAD, flags, metadata(in, "").encode());
  }

  private static ObjectNode message(JsonNode in, int type, int flags, byte[] metadata)
      throws NaiveRefusal {
    NaiveFrame frame =
        NaiveFrame.message(in.get("streamId").asInt(), type, flags, metadata, bytes(in, "data"));
    NaiveFrame again = NaiveFrame.decode(frame.encode());
    assertThat(again.data()).isEqualTo(bytes(in, "data"));
    assertThat(NaiveMetadata.decode(again.metadata()))
        .isEqualTo(metadata(in, in.path("route").asString("")));
    return Json.object().put("metadata", hex(metadata)).put("frame", hex(frame.encode()));
  }

  private static NaiveMetadata metadata(JsonNode in, String route) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (JsonNode header : in.get("headers")) {
      headers.put(header.get("name").asString(), header.get("value").asString());
    }
    long remaining = in.path("remainingMs").asLong(NaiveMetadata.NOT_SAID);
    Map<Integer, String> fields = new LinkedHashMap<>();
    for (JsonNode field : in.path("fields")) {
      fields.put(field.get("number").asInt(), field.get("value").asString());
    }
    return new NaiveMetadata(route, remaining, in.get("contentType").asString(), headers, fields);
  }

  static ObjectNode error(JsonNode in) {
    NaiveFrame frame =
        NaiveFrame.error(
            in.get("streamId").asInt(), in.get("code").asInt(), in.get("text").asString());
    return Json.object().put("frame", hex(frame.encode()));
  }

  static ObjectNode read(JsonNode in) throws NaiveRefusal {
    NaiveMetadata metadata = NaiveMetadata.decode(bytes(in, "metadata"));
    boolean said = metadata.remainingMs() != NaiveMetadata.NOT_SAID;
    ObjectNode out = Json.object().put("route", metadata.route());
    out.put("remainingMs", said ? metadata.remainingMs() : DEFAULT_REMAINING_MS);
    out.put("contentType", metadata.contentType());
    ArrayNode headers = Json.array();
    metadata
        .headers()
        .forEach((name, value) -> headers.add(Json.object().put("name", name).put("value", value)));
    out.set("headers", headers);
    return out;
  }

  static ObjectNode malformed(JsonNode in) {
    try {
      NaiveMetadata.decode(bytes(in, "metadata"));
      return Json.object();
    } catch (NaiveRefusal e) {
      return Json.object().put("error", INVALID);
    }
  }
}
