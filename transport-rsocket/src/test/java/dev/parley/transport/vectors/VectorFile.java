package dev.parley.transport.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.transport.crypto.RandomSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A file of the published vectors: how it is made up, written and compared. */
public final class VectorFile {
  private static final String WRITE = "parley.vectors.write";
  private static final Path SOURCE = Path.of("../vectors");
  private static final String SEED = "parley vectors 1";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private VectorFile() {}

  /** An empty object of a vector. */
  public static ObjectNode object() {
    return JSON.createObjectNode();
  }

  public static ArrayNode array() {
    return JSON.createArrayNode();
  }

  public static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  public static ArrayNode hex(List<byte[]> list) {
    ArrayNode array = array();
    list.forEach(bytes -> array.add(hex(bytes)));
    return array;
  }

  /** A vector of the given name: what goes in, and what has to come out. */
  public static ObjectNode vector(String name, JsonNode inputs, JsonNode outputs) {
    ObjectNode vector = object().put("name", name);
    vector.set("inputs", inputs);
    vector.set("outputs", outputs);
    return vector;
  }

  /** The test key or other byte string of a label: SHA-256 of seed, label and a block number. */
  public static byte[] bytes(String label, int length) {
    byte[] out = new byte[length];
    for (int at = 0; at < length; at += 32) {
      byte[] block = sha256(SEED + "/" + label + "/" + at / 32);
      System.arraycopy(block, 0, out, at, Math.min(32, length - at));
    }
    return out;
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Gives out these bytes, one entry per draw; a draw of another length fails. */
  public static RandomSource script(List<byte[]> draws) {
    Queue<byte[]> script = new ArrayDeque<>(draws);
    return out -> {
      byte[] next = script.remove();
      if (next.length != out.length) {
        throw new IllegalStateException("drew " + out.length + " bytes, have " + next.length);
      }
      System.arraycopy(next, 0, out, 0, out.length);
    };
  }

  /** Compares with the published file; with -Dparley.vectors.write=true writes it. */
  public static void check(String name, JsonNode content) {
    byte[] expected = encode(content);
    try {
      if (Boolean.getBoolean(WRITE)) {
        Files.createDirectories(SOURCE);
        Files.write(SOURCE.resolve(name), expected);
      } else {
        assertThat(Arrays.equals(committed(name), expected))
            .as("%s is what this code produces", name)
            .isTrue();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] committed(String name) throws IOException {
    try (InputStream in = VectorFile.class.getResourceAsStream("/vectors/parley/" + name)) {
      assertThat(in).as("vectors/parley/%s", name).isNotNull();
      return in.readAllBytes();
    }
  }

  private static byte[] encode(JsonNode content) {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter);
    String text = JSON.writer().with(printer).writeValueAsString(content) + "\n";
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
