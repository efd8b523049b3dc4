package dev.parley.file;

import dev.parley.AgentId;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A file that an agent wants to send, before anything of it is taken.
 *
 * @param from who sends it: the key that the handshake proved
 * @param name the name that it would get; see {@link #isAllowedName}
 * @param size how many bytes it has
 */
public record FileOffer(AgentId from, String name, long size) {
  private static final int MAX_NAME_BYTES = 255;

  /**
   * Whether this may be a file's name: 1 to 255 bytes of UTF-8 without separators, colons and
   * control or format characters, and not starting with a dot, so that no peer can reach another
   * directory or plant a hidden file.
   */
  public static boolean isAllowedName(String name) {
    int length = name.getBytes(StandardCharsets.UTF_8).length;
    return length >= 1
        && length <= MAX_NAME_BYTES
        && !name.startsWith(".")
        && name.codePoints().allMatch(FileOffer::isAllowed);
  }

  private static boolean isAllowed(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> codePoint != '/' && codePoint != '\\' && codePoint != ':';
    };
  }

  /** What is wrong with a name, for whoever chose it; null where nothing is. */
  static @Nullable String problemWith(String name) {
    return isAllowedName(name)
        ? null
        : "the name must be 1..255 bytes without separators, colons and control characters,"
            + " and not start with a dot";
  }
}
