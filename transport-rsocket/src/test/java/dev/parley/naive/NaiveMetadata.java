package dev.parley.naive;

import static dev.parley.naive.NaiveBytes.concat;
import static dev.parley.naive.NaiveBytes.from;
import static dev.parley.naive.NaiveBytes.slice;
import static dev.parley.naive.NaiveBytes.uint;
import static dev.parley.naive.NaiveBytes.utf8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What goes with a message, PROTOCOL.md §15.
 *
 * @param remainingMs {@link #NOT_SAID} to leave it out
 * @param fields of protocols by number, in hex, so that they can be compared
 */
public record NaiveMetadata(
    String route,
    long remainingMs,
    String contentType,
    Map<String, String> headers,
    Map<Integer, String> fields) {
  public static final long NOT_SAID = -1;
  static final String DEFAULT_CONTENT_TYPE = "application/octet-stream";
  private static final int ROUTING = 0x7E;
  private static final byte[] PARLEY = utf8("x/parley");

  public NaiveMetadata(
      String route, long remainingMs, String contentType, Map<String, String> headers) {
    this(route, remainingMs, contentType, headers, Map.of());
  }

  public static NaiveMetadata request(String route) {
    return new NaiveMetadata(route, NOT_SAID, DEFAULT_CONTENT_TYPE, Map.of());
  }

  public static NaiveMetadata text(String route) {
    return new NaiveMetadata(route, 60_000, "text/plain;charset=utf-8", Map.of());
  }

  /** Composite metadata; nothing at all where there is nothing to say. */
  byte[] encode() {
    byte[] all = {};
    if (!route.isEmpty()) {
      byte[] tag = utf8(route);
      all = entry(new byte[] {(byte) (0x80 | ROUTING)}, concat(uint(tag.length, 1), tag));
    }
    byte[] ours = ours();
    if (ours.length > 0) {
      all = concat(all, entry(concat(uint(PARLEY.length - 1, 1), PARLEY), ours));
    }
    return all;
  }

  private static byte[] entry(byte[] head, byte[] content) {
    return concat(head, uint(content.length, 3), content);
  }

  private byte[] ours() {
    byte[] ours = {};
    if (remainingMs != NOT_SAID) {
      ours = field(1, uint(remainingMs, 4));
    }
    if (!contentType.equals(DEFAULT_CONTENT_TYPE)) {
      ours = concat(ours, field(2, utf8(contentType)));
    }
    for (Map.Entry<String, String> header : headers.entrySet()) {
      byte[] name = utf8(header.getKey());
      byte[] value = concat(uint(name.length, 1), name, utf8(header.getValue()));
      ours = concat(ours, field(3, value));
    }
    for (Map.Entry<Integer, String> field : fields.entrySet()) {
      ours = concat(ours, field(field.getKey(), HexFormat.of().parseHex(field.getValue())));
    }
    return ours;
  }

  private static byte[] field(int type, byte[] value) {
    return concat(uint(type, 1), uint(value.length, 2), value);
  }

  static NaiveMetadata decode(byte[] in) throws NaiveRefusal {
    byte[] routing = null;
    byte[] parley = null;
    int at = 0;
    while (at < in.length) {
      boolean wellKnown = (in[at] & 0x80) != 0;
      int id = in[at] & 0x7F;
      int contentAt = at + 1 + (wellKnown ? 0 : id + 1) + 3;
      int end = contentAt > in.length ? -1 : contentAt + (int) uint(in, contentAt - 3, 3);
      if (end < 0 || end > in.length) {
        throw new NaiveRefusal("a truncated metadata entry");
      }
      byte[] content = slice(in, contentAt, end);
      if (wellKnown && id == ROUTING) {
        routing = once(routing, content);
      } else if (!wellKnown && Arrays.equals(slice(in, at + 1, at + 2 + id), PARLEY)) {
        parley = once(parley, content);
      }
      at = end;
    }
    return decodeFields(route(routing), parley == null ? new byte[0] : parley);
  }

  private static byte[] once(byte[] before, byte[] content) throws NaiveRefusal {
    if (before != null) {
      throw new NaiveRefusal("a repeated metadata entry");
    }
    return content;
  }

  private static String route(byte[] routing) throws NaiveRefusal {
    if (routing == null) {
      return "";
    }
    if (routing.length == 0 || (routing[0] & 0xFF) + 1 > routing.length) {
      throw new NaiveRefusal("a truncated route");
    }
    return string(slice(routing, 1, 1 + (routing[0] & 0xFF)));
  }

  private static NaiveMetadata decodeFields(String route, byte[] in) throws NaiveRefusal {
    long remaining = NOT_SAID;
    String contentType = DEFAULT_CONTENT_TYPE;
    Map<String, String> headers = new LinkedHashMap<>();
    Map<Integer, String> fields = new LinkedHashMap<>();
    int fieldBytes = 0;
    Set<Integer> seen = new HashSet<>();
    int at = 0;
    while (at < in.length) {
      int type = in[at] & 0xFF;
      int end = at + 3 > in.length ? -1 : at + 3 + (int) uint(in, at + 1, 2);
      boolean repeated = type != 3 && !seen.add(type);
      if (end < 0 || end > in.length || type >= 0x80 || repeated) {
        throw new NaiveRefusal("a malformed metadata field");
      }
      byte[] value = slice(in, at + 3, end);
      if (type == 1) {
        remaining = remaining(value);
      } else if (type == 2) {
        contentType = contentType(value);
      } else if (type == 3) {
        header(value, headers);
      } else if (type >= 0x20) {
        fieldBytes += end - at;
        fields.put(type, HexFormat.of().formatHex(value));
      }
      at = end;
    }
    if (fields.size() > 16 || fieldBytes > 8192) {
      throw new NaiveRefusal("too many fields of protocols");
    }
    return new NaiveMetadata(route, remaining, contentType, headers, fields);
  }

  private static long remaining(byte[] value) throws NaiveRefusal {
    if (value.length != 4) {
      throw new NaiveRefusal("a wrong length of REMAINING");
    }
    return uint(value, 0, 4);
  }

  private static String contentType(byte[] value) throws NaiveRefusal {
    if (value.length < 1 || value.length > 255) {
      throw new NaiveRefusal("a wrong length of CONTENT_TYPE");
    }
    return string(value);
  }

  private static void header(byte[] value, Map<String, String> headers) throws NaiveRefusal {
    int length = value.length == 0 ? 0 : value[0] & 0xFF;
    if (length == 0
        || 1 + length > value.length
        || value.length - 1 - length > 4096
        || headers.size() == 64) {
      throw new NaiveRefusal("a malformed header");
    }
    String name = string(slice(value, 1, 1 + length));
    if (headers.put(name, string(from(value, 1 + length))) != null) {
      throw new NaiveRefusal("a repeated header");
    }
  }

  private static String string(byte[] utf8) throws NaiveRefusal {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new NaiveRefusal("invalid UTF-8");
    }
  }
}
