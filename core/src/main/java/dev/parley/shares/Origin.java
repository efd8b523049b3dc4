package dev.parley.shares;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who uses something: from the widest network that one party may own down to one identity. Whoever
 * owns a network makes as many hosts in it as they like, and identities cost nothing; so what is
 * counted is counted for each of these.
 *
 * @param levels what it is part of, the widest first; equal values are the same party
 */
public record Origin(List<Object> levels) {
  /** The most levels that one has. */
  public static final int MAX_LEVELS = 5;

  private static final int[] V4_BITS = {24, 32};
  private static final int[] V6_BITS = {48, 56, 64, 128};

  /**
   * Keeps a copy.
   *
   * @throws IllegalArgumentException if there are more than {@value #MAX_LEVELS}
   */
  public Origin {
    levels = List.copyOf(levels);
    if (levels.size() > MAX_LEVELS) {
      throw new IllegalArgumentException(levels.size() + " levels, may be " + MAX_LEVELS);
    }
  }

  /**
   * An identity at an address: of IPv4 its /24 and /32 are counted, of IPv6 its /48, /56, /64 and
   * /128.
   *
   * @param address null where there is none, or where addresses mean nothing: then only the
   *     identity counts
   * @param identity who it is, if that is proved
   */
  public static Origin of(@Nullable InetAddress address, @Nullable Object identity) {
    if (address == null) {
      return new Origin(identity == null ? List.of() : List.of(identity));
    }
    byte[] bytes = address.getAddress();
    int[] bits = address instanceof Inet4Address ? V4_BITS : V6_BITS;
    return of(word(bytes, 0), word(bytes, 8), bits, identity);
  }

  /** The same of an IPv4 address, given as 32 bits. */
  public static Origin v4(int address, @Nullable Object identity) {
    return of((long) address << Integer.SIZE, 0, V4_BITS, identity);
  }

  /** The same of an IPv6 address, given as two halves. */
  public static Origin v6(long high, long low, @Nullable Object identity) {
    return of(high, low, V6_BITS, identity);
  }

  private static Origin of(long high, long low, int[] bits, @Nullable Object identity) {
    Object[] levels = new Object[bits.length + (identity == null ? 0 : 1)];
    for (int i = 0; i < bits.length; i++) {
      levels[i] = Prefix.of(high, low, bits[i], bits.length);
    }
    if (identity != null) {
      levels[bits.length] = identity;
    }
    return new Origin(List.of(levels));
  }

  /** Eight bytes from there, of which those that are missing are 0. */
  private static long word(byte[] bytes, int from) {
    long word = 0;
    for (int i = from; i < from + Long.BYTES; i++) {
      word = word << Byte.SIZE | (i < bytes.length ? bytes[i] & 0xff : 0);
    }
    return word;
  }

  /** The first bits of an address, the others being 0. */
  private record Prefix(long high, long low, int bits, int family) {
    static Prefix of(long high, long low, int bits, int family) {
      return new Prefix(high & mask(bits), low & mask(bits - Long.SIZE), bits, family);
    }

    private static long mask(int bits) {
      return bits <= 0 ? 0 : bits >= Long.SIZE ? -1 : -1L << (Long.SIZE - bits);
    }
  }
}
