package dev.parley;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Bytes with a content type and headers. Immutable and thread-safe.
 *
 * <p>Bytes are copied on the way in and out; {@link #buffer()} is a read-only view. Content type
 * and headers travel encrypted like the bytes. Names and values are UTF-8 of 1 to 255 and 0 to 4096
 * bytes; all headers together are bounded by the transport's metadata limit.
 */
public final class Message {
  /** The content type of bytes about which nothing is said. */
  public static final String OCTETS = "application/octet-stream";

  /** The content type of {@link #text(String)}. */
  public static final String TEXT = "text/plain;charset=utf-8";

  /** The most headers that a message carries. */
  public static final int MAX_HEADERS = 64;

  private static final int MAX_NAME_BYTES = 255;

  /** The most bytes of UTF-8 in a header's value. */
  public static final int MAX_HEADER_VALUE_BYTES = 4096;

  private static final Message EMPTY = new Message(new byte[0], OCTETS, Map.of());

  private final byte[] data;
  private final String contentType;
  private final Map<String, String> headers;

  Message(byte[] ownedData, String contentType, Map<String, String> ownedHeaders) {
    this.data = ownedData;
    this.contentType = contentType;
    this.headers = ownedHeaders;
  }

  /** No bytes, no headers. */
  public static Message empty() {
    return EMPTY;
  }

  /** A copy of {@code data} as {@link #OCTETS}. */
  public static Message of(byte[] data) {
    return new Message(data.clone(), OCTETS, Map.of());
  }

  /** A copy of {@code data} with a content type. */
  public static Message of(byte[] data, String contentType) {
    return new Message(data.clone(), checked(contentType, "contentType"), Map.of());
  }

  /** A copy of the remaining bytes of {@code data}, whose position does not move. */
  public static Message of(ByteBuffer data, String contentType) {
    byte[] copy = new byte[data.remaining()];
    data.duplicate().get(copy);
    return new Message(copy, checked(contentType, "contentType"), Map.of());
  }

  /** UTF-8 text. */
  public static Message text(String text) {
    return new Message(text.getBytes(StandardCharsets.UTF_8), TEXT, Map.of());
  }

  /** This message with one more header; an earlier one of that name is replaced. */
  public Message withHeader(String name, String value) {
    checked(name, "header name");
    Objects.requireNonNull(value, "value");
    if (value.getBytes(StandardCharsets.UTF_8).length > MAX_HEADER_VALUE_BYTES) {
      throw new IllegalArgumentException(
          "value of header " + name + " exceeds " + MAX_HEADER_VALUE_BYTES + " bytes");
    }
    Map<String, String> copy = new LinkedHashMap<>(headers);
    copy.put(name, value);
    if (copy.size() > MAX_HEADERS) {
      throw new IllegalArgumentException("a message carries at most " + MAX_HEADERS + " headers");
    }
    return new Message(data, contentType, Collections.unmodifiableMap(copy));
  }

  /** How many bytes of data there are. */
  public int size() {
    return data.length;
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return data.clone();
  }

  /** A read-only view of the bytes. */
  public ByteBuffer buffer() {
    return ByteBuffer.wrap(data).asReadOnlyBuffer();
  }

  /** The bytes as UTF-8, whatever the content type says; malformed input becomes U+FFFD. */
  public String text() {
    return new String(data, StandardCharsets.UTF_8);
  }

  /** What the bytes are. */
  public String contentType() {
    return contentType;
  }

  /** The headers, in the order in which they were added; unmodifiable. */
  public Map<String, String> headers() {
    return headers;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Message m
        && Arrays.equals(data, m.data)
        && contentType.equals(m.contentType)
        && headers.equals(m.headers);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(data) + contentType.hashCode();
  }

  /** Size and content type; never the bytes. */
  @Override
  public String toString() {
    return "Message[" + data.length + " bytes, " + contentType + "]";
  }

  byte[] array() {
    return data;
  }

  private static String checked(String text, String what) {
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    if (length < 1 || length > MAX_NAME_BYTES) {
      throw new IllegalArgumentException(
          what + " is " + length + " bytes, must be 1.." + MAX_NAME_BYTES);
    }
    return text;
  }

  /**
   * The one door past {@link Message}'s copies, for transports. Who uses it promises that an array
   * it wraps or reads is never written again.
   */
  public static final class Unsafe {
    private Unsafe() {}

    /** A message that takes over {@code data} and {@code headers} without copying or checking. */
    public static Message wrap(byte[] data, String contentType, Map<String, String> headers) {
      return data.length == 0 && contentType.equals(Message.OCTETS) && headers.isEmpty()
          ? Message.empty()
          : new Message(data, contentType, headers);
    }

    /** The message's own array: read it only. */
    public static byte[] array(Message message) {
      return message.array();
    }
  }
}
