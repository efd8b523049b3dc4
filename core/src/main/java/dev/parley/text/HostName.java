package dev.parley.text;

import dev.parley.Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The host part of an {@link Address}: checked and brought to one form, without any name lookup.
 *
 * <p>A name that ends in a number is an IPv4 address or an error, as in the URL standard, since
 * resolvers read {@code 127.1} or {@code 0x7f.1} as addresses.
 */
public final class HostName {
  private static final int MAX_LENGTH = 253;
  private static final Pattern ASCII = Pattern.compile("[!-~]*");
  private static final Pattern LABEL = Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?");
  private static final Pattern NUMBER = Pattern.compile("[0-9]+|0x[0-9a-f]*");
  private static final Pattern IPV4_PART = Pattern.compile("0|[1-9][0-9]{0,2}");
  private static final Pattern IPV4 = Pattern.compile("([0-9]{1,3}\\.){3}[0-9]{1,3}");
  private static final Pattern IPV6_CHARACTERS = Pattern.compile("[0-9a-f:.]{2,45}");

  private HostName() {}

  /** The host in lower case; IPv6, given without brackets, in the form of RFC 5952. */
  public static String normalize(String host) {
    if (!ASCII.matcher(host).matches()) { // before lower case, which makes k of the Kelvin sign
      throw new IllegalArgumentException(
          "host must be visible ASCII; write other names in their xn-- form");
    }
    String lower = host.toLowerCase(Locale.ROOT);
    return lower.indexOf(':') >= 0 ? ipv6(lower) : nameOrIpv4(lower);
  }

  public static boolean isIpv6(String normalized) {
    return normalized.indexOf(':') >= 0;
  }

  /**
   * The IP address of {@code host:port}, with IPv6 in brackets; null where that is a name or
   * nothing of the kind. No name is looked up.
   */
  public static @Nullable InetAddress ip(String hostAndPort) {
    int end = hostAndPort.lastIndexOf(':');
    String host = end < 0 ? hostAndPort : hostAndPort.substring(0, end);
    boolean v6 = host.startsWith("[") && host.endsWith("]");
    try {
      return v6 || IPV4.matcher(host).matches() ? InetAddress.getByName(host) : null;
    } catch (UnknownHostException e) {
      return null;
    }
  }

  private static String nameOrIpv4(String host) {
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    if (name.isEmpty() || name.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "host has " + host.length() + " characters, must be 1.." + MAX_LENGTH);
    }
    String[] labels = name.split("\\.", -1);
    for (String label : labels) {
      if (!LABEL.matcher(label).matches()) {
        throw new IllegalArgumentException(
            "host must be an IP address, IPv6 in brackets, or a name of letters, digits and"
                + " hyphens");
      }
    }
    if (NUMBER.matcher(labels[labels.length - 1]).matches()) {
      requireIpv4(labels, name.length() != host.length());
    }
    return host;
  }

  private static void requireIpv4(String[] parts, boolean trailingDot) {
    boolean valid = parts.length == 4 && !trailingDot;
    for (String part : parts) {
      valid = valid && IPV4_PART.matcher(part).matches() && Integer.parseInt(part) <= 255;
    }
    if (!valid) {
      throw new IllegalArgumentException(
          "host ends in a number but is no IPv4 address of four decimal parts");
    }
  }

  private static String ipv6(String text) {
    if (!IPV6_CHARACTERS.matcher(text).matches()) {
      throw notIpv6();
    }
    try {
      // in brackets it is a literal or an error, never a name to look up
      InetAddress address = InetAddress.getByName("[" + text + "]");
      if (address instanceof Inet6Address) {
        return format(address.getAddress());
      }
      throw new IllegalArgumentException("host is an IPv4 address inside IPv6: write it as IPv4");
    } catch (UnknownHostException e) {
      throw notIpv6();
    }
  }

  private static IllegalArgumentException notIpv6() {
    return new IllegalArgumentException("host has a colon but is no IPv6 address (without zone)");
  }

  /** RFC 5952 section 4: lower case, no leading zeros, the first longest run of zeros as "::". */
  private static String format(byte[] address) {
    int runStart = -1;
    int runLength = 1;
    for (int start = 0; start < 8; start++) {
      int length = 0;
      while (start + length < 8 && group(address, start + length) == 0) {
        length++;
      }
      if (length > runLength) {
        runStart = start;
        runLength = length;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == runStart) {
        text.append("::");
        i += runLength - 1;
      } else {
        if (i > 0 && text.charAt(text.length() - 1) != ':') {
          text.append(':');
        }
        text.append(Integer.toHexString(group(address, i)));
      }
    }
    return text.toString();
  }

  private static int group(byte[] address, int index) {
    return (address[2 * index] & 0xff) << 8 | (address[2 * index + 1] & 0xff);
  }
}
