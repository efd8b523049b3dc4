package dev.parley.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Inputs to start from. */
public final class Seeds {
  private static final int MAX_BYTES = 4_096;

  private Seeds() {}

  /** Texts. */
  public static List<byte[]> texts(String... texts) {
    return Arrays.stream(texts).map(text -> text.getBytes(UTF_8)).toList();
  }

  /** Values of the published vectors under any of these keys, wherever they stand in a file. */
  public static List<byte[]> vectors(String file, String... keys) {
    List<byte[]> found = new ArrayList<>();
    try (InputStream in = open("/vectors/" + file)) {
      collect(JsonMapper.shared().readTree(in), List.of(keys), found);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  private static void collect(JsonNode node, List<String> keys, List<byte[]> found) {
    for (String key : keys) {
      JsonNode value = node.get(key);
      if (value != null) {
        (value.isArray() ? value : List.of(value)).forEach(each -> add(each, found));
      }
    }
    node.forEach(child -> collect(child, keys, found));
  }

  private static void add(JsonNode value, List<byte[]> found) {
    String text = value.isString() ? value.asString() : "";
    if (!text.isEmpty() && text.length() <= 2 * MAX_BYTES && text.matches("([0-9a-f]{2})+")) {
      found.add(HexFormat.of().parseHex(text));
    }
  }

  /** Inputs without meaning, the same ones in each run. */
  public static List<byte[]> random(int count, int length) {
    Random random = new Random(length);
    List<byte[]> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      all.add(bytes);
    }
    return all;
  }

  /** All of them. */
  @SafeVarargs
  public static List<byte[]> all(List<byte[]>... lists) {
    return Arrays.stream(lists).flatMap(List::stream).toList();
  }

  /** Each with a byte in front. */
  public static List<byte[]> behind(int first, List<byte[]> seeds) {
    return seeds.stream().map(seed -> concat(new byte[] {(byte) first}, seed)).toList();
  }

  /** The arrays one behind the other. */
  public static byte[] concat(byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    byte[] all = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  /** What was found for a decoder and is kept: a line in hexadecimal each, comments behind #. */
  static List<byte[]> corpus(String decoder) {
    try (InputStream in = Seeds.class.getResourceAsStream("/corpus/" + decoder + ".hex")) {
      return in == null
          ? List.of()
          : new String(in.readAllBytes(), UTF_8)
              .lines()
              .map(line -> line.replaceFirst("#.*", "").strip())
              .filter(line -> !line.isEmpty())
              .map(HexFormat.of()::parseHex)
              .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String resource) {
    @Nullable InputStream in = Seeds.class.getResourceAsStream(resource);
    if (in == null) {
      throw new IllegalStateException("no resource " + resource);
    }
    return in;
  }
}
