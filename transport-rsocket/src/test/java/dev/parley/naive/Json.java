package dev.parley.naive;

import java.util.HexFormat;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads inputs of vectors and makes outputs. */
final class Json {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private Json() {}

  static JsonNode parse(String text) {
    return MAPPER.readTree(text);
  }

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static ArrayNode array() {
    return MAPPER.createArrayNode();
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  static byte[] bytes(JsonNode hex) {
    return HexFormat.of().parseHex(hex.asString());
  }

  static byte[] bytes(JsonNode node, String field) {
    return node.has(field) ? bytes(node.get(field)) : new byte[0];
  }

  static NaiveNetwork network(JsonNode node) {
    return node.has("name")
        ? NaiveNetwork.open(node.get("name").asString())
        : new NaiveNetwork(bytes(node, "secret"));
  }

  static NaiveLimits limits(JsonNode node) {
    return new NaiveLimits(
        node.get("maxRecordBytes").asLong(),
        node.get("maxMessageBytes").asLong(),
        node.get("maxMetadataBytes").asLong(),
        node.get("maxConcurrentRequests").asLong());
  }

  static ObjectNode limits(NaiveLimits limits) {
    return object()
        .put("maxRecordBytes", (int) limits.record())
        .put("maxMessageBytes", (int) limits.message())
        .put("maxMetadataBytes", (int) limits.metadata())
        .put("maxConcurrentRequests", (int) limits.requests());
  }
}
