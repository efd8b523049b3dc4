package dev.parley;

import java.util.Map;

/**
 * The one door past {@link Message}'s copies, for transports. Who uses it promises that an array it
 * wraps or reads is never written again.
 */
public final class UnsafeMessages {
  private UnsafeMessages() {}

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
