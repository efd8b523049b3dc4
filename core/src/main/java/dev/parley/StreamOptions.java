package dev.parley;

import java.time.Duration;
import java.util.Objects;

/** How a stream or channel is opened and kept. An immutable value; every setter returns a copy. */
public final class StreamOptions {
  /** How long opening may take unless told otherwise: 60 s. */
  public static final Duration DEFAULT_OPEN_TIMEOUT = SendOptions.DEFAULT_TIMEOUT;

  private static final StreamOptions DEFAULTS =
      new StreamOptions("", DEFAULT_OPEN_TIMEOUT, SendOptions.MAX_TIMEOUT, Duration.ZERO);

  private final String route;
  private final Duration openTimeout;
  private final Duration timeout;
  private final Duration idleTimeout;

  private StreamOptions(
      String route, Duration openTimeout, Duration timeout, Duration idleTimeout) {
    this.route = route;
    this.openTimeout = openTimeout;
    this.timeout = timeout;
    this.idleTimeout = idleTimeout;
  }

  /** The default route, 60 s to open, and no bound on how long it runs or is idle. */
  public static StreamOptions defaults() {
    return DEFAULTS;
  }

  /** The defaults with this deadline over all of the stream, see {@link #withTimeout}. */
  public static StreamOptions timeout(Duration timeout) {
    return DEFAULTS.withTimeout(timeout);
  }

  /** The defaults with this route. */
  public static StreamOptions to(String route) {
    return DEFAULTS.route(route);
  }

  /** A copy for this route: 0 to 255 bytes of UTF-8; empty is the default route. */
  public StreamOptions route(String value) {
    return new StreamOptions(SendOptions.checkedRoute(value), openTimeout, timeout, idleTimeout);
  }

  /**
   * A copy with this bound on finding the peer, connecting and sending the request: 1 ms to {@link
   * SendOptions#MAX_TIMEOUT}.
   */
  public StreamOptions openTimeout(Duration value) {
    return new StreamOptions(route, checked("openTimeout", value), timeout, idleTimeout);
  }

  /**
   * A copy with this deadline over all of the stream, which travels with the request: 1 ms to
   * {@link SendOptions#MAX_TIMEOUT}, which is the default.
   */
  public StreamOptions withTimeout(Duration value) {
    return new StreamOptions(route, openTimeout, checked("timeout", value), idleTimeout);
  }

  /**
   * A copy that fails when nothing has come for this long although items are asked for: 1 ms to
   * {@link SendOptions#MAX_TIMEOUT}, or zero for never, which is the default. A peer that is gone
   * is found by the link's own pings, whatever is set here.
   */
  public StreamOptions idleTimeout(Duration value) {
    Duration idle = value.isZero() ? value : checked("idleTimeout", value);
    return new StreamOptions(route, openTimeout, timeout, idle);
  }

  private static Duration checked(String name, Duration value) {
    return SendOptions.checkedTimeout(name, Objects.requireNonNull(value, name));
  }

  /** The route of the handler that the stream is for. */
  public String route() {
    return route;
  }

  /** How long opening may take. */
  public Duration openTimeout() {
    return openTimeout;
  }

  /** How long the whole stream may take. */
  public Duration timeout() {
    return timeout;
  }

  /** How long nothing may come while items are asked for; zero for any time. */
  public Duration idleTimeout() {
    return idleTimeout;
  }
}
