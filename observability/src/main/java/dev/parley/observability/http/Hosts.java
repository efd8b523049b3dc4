package dev.parley.observability.http;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.Locale;
import java.util.regex.Pattern;

/** What a host is, without asking DNS. */
final class Hosts {
  private static final String LOCALHOST = "localhost";
  private static final Pattern PORT = Pattern.compile("[0-9]{0,5}");

  private Hosts() {}

  /** Whether it is {@code localhost} or a loopback address. */
  static boolean isLoopback(String host) {
    if (host.equalsIgnoreCase(LOCALHOST)) {
      return true;
    }
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host);
    try {
      return bytes != null && InetAddress.getByAddress(bytes).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new AssertionError("an address of 4 or 16 bytes", e);
    }
  }

  /**
   * Whether a {@code Host} header names this server: by number, as {@code localhost}, or by one of
   * {@code names}. A page that somebody else serves under a name of his own, and then points that
   * name here, sends his name.
   */
  static boolean isOurs(String header, Collection<String> names) {
    String host = header;
    String port = "";
    int colon = header.lastIndexOf(':');
    if (colon >= 0 && !header.endsWith("]")) {
      host = header.substring(0, colon);
      port = header.substring(colon + 1);
    }
    if (!PORT.matcher(port).matches()) {
      return false;
    }
    if (host.startsWith("[") && host.endsWith("]")) {
      return NetUtil.isValidIpV6Address(host.substring(1, host.length() - 1));
    }
    String name = host.toLowerCase(Locale.ROOT);
    return NetUtil.isValidIpV4Address(host) || name.equals(LOCALHOST) || names.contains(name);
  }
}
