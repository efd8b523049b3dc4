package dev.parley;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;

/** How one message is sent. An immutable value; every setter returns a copy. */
public final class SendOptions {
  /** The longest route, in UTF-8 bytes (the RSocket routing extension's limit). */
  public static final int MAX_ROUTE_BYTES = 255;

  /** How long a send waits unless told otherwise: 60 s. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

  /** The longest timeout, which is what fits the wire: 2^32 - 1 milliseconds, about 49 days. */
  public static final Duration MAX_TIMEOUT = Duration.ofMillis(0xFFFF_FFFFL);

  private static final SendOptions DEFAULTS = new SendOptions("", DEFAULT_TIMEOUT);

  private final String route;
  private final Duration timeout;

  private SendOptions(String route, Duration timeout) {
    this.route = route;
    this.timeout = timeout;
  }

  /** The default route and a timeout of 60 s. */
  public static SendOptions defaults() {
    return DEFAULTS;
  }

  /** The defaults with this timeout. */
  public static SendOptions timeout(Duration timeout) {
    return DEFAULTS.withTimeout(timeout);
  }

  /** The defaults with this route. */
  public static SendOptions to(String route) {
    return DEFAULTS.route(route);
  }

  /** A copy for this route: 0 to 255 bytes of UTF-8; empty is the default route. */
  public SendOptions route(String value) {
    return new SendOptions(checkedRoute(value), timeout);
  }

  /** A copy with this timeout, over all phases: 1 ms to {@link #MAX_TIMEOUT}. */
  public SendOptions withTimeout(Duration value) {
    return new SendOptions(
        route, checkedTimeout("timeout", Objects.requireNonNull(value, "timeout")));
  }

  /** The route of the handler that the message is for. */
  public String route() {
    return route;
  }

  /** How long the whole send may take. */
  public Duration timeout() {
    return timeout;
  }

  static Duration checkedTimeout(String name, Duration value) {
    if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(MAX_TIMEOUT) > 0) {
      throw new IllegalArgumentException(
          name + " is " + value + ", must be PT0.001S.." + MAX_TIMEOUT);
    }
    return value;
  }

  /**
   * The route itself, for those who take one.
   *
   * @throws IllegalArgumentException if it is over {@value #MAX_ROUTE_BYTES} bytes
   */
  public static String checkedRoute(String route) {
    int length = route.getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_ROUTE_BYTES) {
      throw new IllegalArgumentException(
          "route is " + length + " bytes, must be 0.." + MAX_ROUTE_BYTES);
    }
    return route;
  }
}
