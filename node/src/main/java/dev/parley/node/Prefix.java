package dev.parley.node;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The first bits of the addresses of a network. Immutable. */
final class Prefix {
  private static final int V4_BYTES = 4;
  private static final int V6_BYTES = 16;

  /** Of IPv4 a kind is the number of bits, of IPv6 so much more. */
  private static final int V6_KIND = 1000;

  private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]{2,45}");
  private static final Pattern V4 =
      Pattern.compile("((0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])(\\.(?!$)|$)){4}");

  private final byte[] network; // the other bits are 0
  private final int bits;

  private Prefix(byte[] network, int bits) {
    this.network = network;
    this.bits = bits;
  }

  /**
   * Reads {@code 192.0.2.0/24}, {@code 2001:db8::/32}, or a single address of either kind.
   *
   * @throws IllegalArgumentException saying what is wrong
   */
  static Prefix parse(String text) {
    int slash = text.indexOf('/');
    byte[] address = address(slash < 0 ? text : text.substring(0, slash));
    if (address == null) {
      throw new IllegalArgumentException(
          "\"" + printable(text) + "\" is no agent id, IP address or prefix such as 192.0.2.0/24");
    }
    int max = 8 * address.length;
    int bits = slash < 0 ? max : bits(text.substring(slash + 1), max);
    Prefix prefix = of(address, bits);
    if (!Arrays.equals(prefix.network, address)) {
      throw new IllegalArgumentException(
          "\"" + text + "\" has bits behind the first " + bits + ", write " + prefix);
    }
    return prefix;
  }

  private static byte @Nullable [] address(String text) {
    boolean v6 = V6.matcher(text).matches() && text.indexOf(':') >= 0;
    if (!v6 && !V4.matcher(text).matches()) {
      return null;
    }
    try {
      // In brackets it is a literal or an error, never a name to look up.
      byte[] address = InetAddress.getByName(v6 ? "[" + text + "]" : text).getAddress();
      return address.length == (v6 ? V6_BYTES : V4_BYTES) ? address : null; // IPv4 inside IPv6
    } catch (UnknownHostException e) {
      return null;
    }
  }

  private static int bits(String text, int max) {
    int bits = text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : -1;
    if (bits < 0 || bits > max) {
      throw new IllegalArgumentException(
          "\"/" + printable(text) + "\" is no length of a prefix, must be /0../" + max);
    }
    return bits;
  }

  private static String printable(String text) {
    String shown = text.length() > 60 ? text.substring(0, 60) + "…" : text;
    return shown.replaceAll("[^ -~…]", "?");
  }

  /** The network of an address that is of this kind; null where the address is of the other. */
  static @Nullable Prefix of(byte[] address, Integer kind) {
    boolean v6 = kind >= V6_KIND;
    return address.length == (v6 ? V6_BYTES : V4_BYTES)
        ? of(address, v6 ? kind - V6_KIND : kind.intValue())
        : null;
  }

  private static Prefix of(byte[] address, int bits) {
    byte[] network = new byte[address.length];
    for (int i = 0; i < address.length; i++) {
      int kept = Math.max(0, Math.min(8, bits - 8 * i));
      network[i] = (byte) (address[i] & 0xff00 >> kept);
    }
    return new Prefix(network, bits);
  }

  /** Its family and length, which all look-ups in one set share. */
  int kind() {
    return network.length == V6_BYTES ? V6_KIND + bits : bits;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Prefix that
        && kind() == that.kind()
        && Arrays.equals(network, that.network);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(network) + bits;
  }

  @Override
  public String toString() {
    try {
      return InetAddress.getByAddress(network).getHostAddress() + "/" + bits;
    } catch (UnknownHostException e) {
      throw new AssertionError("an address of 4 or 16 bytes", e);
    }
  }
}
