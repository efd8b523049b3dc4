package dev.parley.transport.rsocket;

/**
 * How much a record's plaintext is enlarged to hide its length.
 *
 * <p>The padding of a DATA record is a zero frame length and zero bytes, hence at least 3 bytes; a
 * policy that asks for 1 or 2 bytes moves on to its next size. Where the next size does not fit
 * into the record, the record is filled up as far as it goes.
 */
public enum Padding {
  /** No padding; the default. */
  NONE {
    @Override
    int padded(int length) {
      return length;
    }
  },
  /** Up to the next multiple of 64 bytes. */
  BLOCK_64 {
    @Override
    int padded(int length) {
      return (length + 63) & ~63;
    }
  },
  /**
   * Up to the next length whose binary form ends in zeros, at most 12 % more (Nikitin et al.,
   * "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", PoPETs 2019).
   */
  PADME {
    @Override
    int padded(int length) {
      int exponent = 31 - Integer.numberOfLeadingZeros(length | 1);
      int significant = 32 - Integer.numberOfLeadingZeros(exponent);
      int mask = (1 << Math.max(0, exponent - significant)) - 1;
      return (length + mask) & ~mask;
    }
  };

  private static final int MIN_PADDING = 3;

  /** Returns the policy's size for {@code length} bytes, at least {@code length}. */
  abstract int padded(int length);

  /**
   * Returns the padded size for {@code length} bytes of which at most {@code limit} may be used.
   */
  public final int target(int length, int limit) {
    int target = padded(length);
    if (target == length) {
      return length;
    }
    if (target - length < MIN_PADDING) {
      target = padded(length + MIN_PADDING);
    }
    target = Math.min(target, limit);
    return target - length < MIN_PADDING ? length : target;
  }
}
