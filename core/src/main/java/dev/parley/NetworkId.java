package dev.parley;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The public name of a {@link Network}: 32 bytes derived from its secret, which they do not reveal.
 *
 * <p>Immutable.
 */
public final class NetworkId {
  /** Length of an id in bytes. */
  public static final int LENGTH = 32;

  private final byte[] bytes;

  private NetworkId(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * The id with these 32 bytes, copied.
   *
   * @throws IllegalArgumentException if there are not 32 bytes
   */
  public static NetworkId of(byte[] bytes) {
    Objects.requireNonNull(bytes, "bytes");
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException(
          "a network id has " + LENGTH + " bytes, these are " + bytes.length);
    }
    return new NetworkId(bytes.clone());
  }

  /** A copy of the 32 bytes. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NetworkId that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The first eight bytes in hexadecimal, for logs. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes, 0, 8);
  }
}
