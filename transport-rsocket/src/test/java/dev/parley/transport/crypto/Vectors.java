package dev.parley.transport.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads vector files and their hexadecimal fields. */
public final class Vectors {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Vectors() {}

  /** Reads a file from {@code vectors/} in the test resources. */
  public static JsonNode bundled(String path) {
    try (InputStream in = Vectors.class.getResourceAsStream("/vectors/" + path)) {
      if (in == null) {
        throw new IllegalArgumentException("no test resource vectors/" + path);
      }
      return parse(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static JsonNode parse(byte[] json) {
    return JSON.readTree(json);
  }

  public static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  /** A field that has to be there. */
  public static byte[] hex(JsonNode node, String field) {
    if (!node.has(field)) {
      throw new IllegalArgumentException("field " + field + " is missing");
    }
    return hex(node.get(field).asString());
  }

  public static String text(JsonNode node, String field) {
    return node.path(field).asString("");
  }
}
