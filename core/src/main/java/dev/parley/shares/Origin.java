package dev.parley.shares;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
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
    List<Object> levels = new ArrayList<>(MAX_LEVELS);
    if (address != null) {
      byte[] bytes = address.getAddress();
      for (int bits : address instanceof Inet4Address ? V4_BITS : V6_BITS) {
        levels.add(Prefix.of(bytes, bits));
      }
    }
    if (identity != null) {
      levels.add(identity);
    }
    return new Origin(levels);
  }

  /** The first bits of an address, the others being 0. */
  private record Prefix(long high, long low, int bits, int length) {
    static Prefix of(byte[] address, int bits) {
      long high = 0;
      long low = 0;
      for (int i = 0; i < address.length; i++) {
        int kept = Math.max(0, Math.min(8, bits - 8 * i));
        long b = address[i] & 0xff & 0xff00 >> kept;
        if (i < 8) {
          high = high << 8 | b;
        } else {
          low = low << 8 | b;
        }
      }
      return new Prefix(high, low, bits, address.length);
    }
  }
}
