package dev.parley;

import dev.parley.text.HostName;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Where a node listens or is dialled: {@code host:port} for TCP, {@code ws://host:port/path} for
 * WebSocket, with IPv6 in brackets, and {@code scheme://host:port/path} for what other carriers
 * carry.
 *
 * <p>Values are brought to one form (host in lower case, IPv6 as in RFC 5952), so equal addresses
 * are equal; no name is looked up. An address proves nothing about who answers there: a peer is
 * configured as a {@link PeerAddress}. Whether a node can dial it is for its carriers to say. There
 * is no {@code wss}, since every link is encrypted by its own handshake.
 *
 * @param scheme how to connect
 * @param host a DNS name or an IP address, IPv6 without brackets
 * @param port 1..65535, or 0 to listen on any free port
 * @param path for {@link Scheme#TCP} empty; for {@link Scheme#WS} a path that starts with a slash,
 *     without query or fragment and of at most 1024 characters; for others such a path, or empty
 */
public record Address(Scheme scheme, String host, int port, String path) {
  /**
   * How a node is connected to: the word before {@code ://}. TCP and WebSocket are known to every
   * node, others to those that have a carrier for them.
   *
   * @param name a lower-case letter, then letters, digits, {@code +}, {@code -} and {@code .}; 16
   *     characters at most
   */
  public record Scheme(String name) {
    /** RFC 3986 {@code scheme}, in lower case. */
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9+.-]{0,15}");

    /** Plain TCP; in an address it is not written. */
    public static final Scheme TCP = new Scheme("tcp");

    /** WebSocket over HTTP. */
    public static final Scheme WS = new Scheme("ws");

    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException if it is not as described
     */
    public Scheme {
      if (!NAME.matcher(Objects.requireNonNull(name, "name")).matches()) {
        throw new IllegalArgumentException(
            "scheme must have 1..16 lower-case letters, digits, +, - and ., a letter first");
      }
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static final String SEPARATOR = "://";
  private static final int MAX_PATH_LENGTH = 1024;

  /** RFC 3986 {@code path-abempty}, not empty. */
  private static final Pattern PATH =
      Pattern.compile("/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*+");

  private static final Pattern PORT = Pattern.compile("0|[1-9][0-9]{0,4}");

  /**
   * Checks the parts and brings the host to its one form.
   *
   * @throws IllegalArgumentException if a part is not as described
   */
  public Address {
    Objects.requireNonNull(scheme, "scheme");
    host = HostName.normalize(Objects.requireNonNull(host, "host"));
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port is " + port + ", must be 1..65535");
    }
    requirePath(scheme, Objects.requireNonNull(path, "path"));
  }

  private static void requirePath(Scheme scheme, String path) {
    if (path.isEmpty() && !scheme.equals(Scheme.WS)) {
      return;
    }
    if (scheme.equals(Scheme.TCP)) {
      throw new IllegalArgumentException("a TCP address has no path");
    }
    if (path.length() > MAX_PATH_LENGTH) {
      throw new IllegalArgumentException(
          "path has " + path.length() + " characters, must be 1.." + MAX_PATH_LENGTH);
    }
    if (!PATH.matcher(path).matches()) {
      throw new IllegalArgumentException(
          "path must start with / and hold only characters of a URL path, no query or fragment");
    }
  }

  /** The TCP address of this host and port. */
  public static Address tcp(String host, int port) {
    return new Address(Scheme.TCP, host, port, "");
  }

  /** The WebSocket address of this host, port and path. */
  public static Address ws(String host, int port, String path) {
    return new Address(Scheme.WS, host, port, path);
  }

  /**
   * Reads an address to dial, as {@link #toString} writes it; the path of a WebSocket address may
   * be left out and is then a slash. Any scheme is read: whether it can be dialled shows there.
   *
   * @throws IllegalArgumentException if {@code text} is no address, or its port is 0
   */
  public static Address parse(String text) {
    Address address = parseListen(text);
    if (!address.isDialable()) {
      throw new IllegalArgumentException("port is 0, must be 1..65535; 0 is for listening only");
    }
    return address;
  }

  /**
   * Reads an address to listen on: as {@link #parse}, and the port may be 0 for any free one.
   *
   * @throws IllegalArgumentException if {@code text} is no address
   */
  public static Address parseListen(String text) {
    Objects.requireNonNull(text, "text");
    int end = text.indexOf(SEPARATOR);
    if (end < 0) {
      return hostAndPort(Scheme.TCP, text, "");
    }
    Scheme scheme = scheme(text.substring(0, end));
    String rest = text.substring(end + SEPARATOR.length());
    int slash = rest.indexOf('/');
    return slash < 0
        ? hostAndPort(scheme, rest, scheme.equals(Scheme.WS) ? "/" : "")
        : hostAndPort(scheme, rest.substring(0, slash), rest.substring(slash));
  }

  private static Scheme scheme(String name) {
    return switch (name) {
      case "tcp" -> throw new IllegalArgumentException("a TCP address is written host:port");
      case "wss" ->
          throw new IllegalArgumentException(
              "there is no wss, every link is encrypted: write ws://host:port/path");
      default -> new Scheme(name);
    };
  }

  private static Address hostAndPort(Scheme scheme, String text, String path) {
    int colon = text.lastIndexOf(':');
    if (colon < 0 || text.endsWith("]")) {
      throw new IllegalArgumentException("address has no port: write host:port");
    }
    String port = text.substring(colon + 1);
    if (!PORT.matcher(port).matches()) {
      throw new IllegalArgumentException("port must be a decimal number, 1..65535");
    }
    return new Address(scheme, host(text.substring(0, colon)), Integer.parseInt(port), path);
  }

  private static String host(String text) {
    boolean bracketed = text.startsWith("[") && text.endsWith("]");
    String host = bracketed ? text.substring(1, text.length() - 1) : text;
    if (bracketed != HostName.isIpv6(host)) {
      throw new IllegalArgumentException("brackets belong around an IPv6 address: [::1]:7400");
    }
    return host;
  }

  /** Whether the port is one to connect to. */
  public boolean isDialable() {
    return port != 0;
  }

  /** The text that {@link #parseListen} reads back. */
  @Override
  public String toString() {
    String authority = (HostName.isIpv6(host) ? "[" + host + "]" : host) + ":" + port;
    return scheme.equals(Scheme.TCP) ? authority : scheme + SEPARATOR + authority + path;
  }
}
