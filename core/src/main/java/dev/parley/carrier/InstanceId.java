package dev.parley.carrier;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * Names one process that speaks for an agent: 16 random bytes, drawn anew at each start. Two
 * processes with one key have different instances, and so has a process that was restarted.
 *
 * @param high the first eight bytes, big endian
 * @param low the last eight bytes
 */
public record InstanceId(long high, long low) {
  /** The length in bytes. */
  public static final int BYTES = 16;

  /** The instance of a peer that does not tell: all zeros. */
  public static final InstanceId UNKNOWN = new InstanceId(0, 0);

  /**
   * An instance from its bytes.
   *
   * @throws IllegalArgumentException unless there are 16 of them
   */
  public static InstanceId of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException(
          "an instance has " + BYTES + " bytes, not " + bytes.length);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return new InstanceId(in.getLong(), in.getLong());
  }

  /** The 16 bytes. */
  public byte[] toBytes() {
    return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
  }

  /** The first four bytes in hexadecimal, enough to tell two processes apart in a log. */
  @Override
  public String toString() {
    return HexFormat.of().toHexDigits((int) (high >>> 32));
  }
}
