package dev.parley.delegation.chain;

import java.util.Arrays;
import java.util.HexFormat;

/** Names a grant: 16 random bytes, chosen by its grantor. No secret. Immutable. */
public final class GrantId {
  /** How many bytes it has. */
  public static final int LENGTH = 16;

  private final byte[] bytes;

  private GrantId(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * The id of these bytes, which are copied.
   *
   * @throws IllegalArgumentException if they are not 16
   */
  public static GrantId of(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException(
          "a grant's id has " + LENGTH + " bytes, not " + bytes.length);
    }
    return new GrantId(bytes.clone());
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @throws IllegalArgumentException if it is no grant's id
   */
  public static GrantId parse(String hex) {
    if (hex.length() != 2 * LENGTH) {
      throw new IllegalArgumentException("a grant's id has 32 hexadecimal digits");
    }
    return of(HexFormat.of().parseHex(hex));
  }

  /** A copy of its bytes. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GrantId id && Arrays.equals(bytes, id.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** 32 hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
