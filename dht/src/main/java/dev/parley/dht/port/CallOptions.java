package dev.parley.dht.port;

/**
 * How a request is sent.
 *
 * @param timeoutNanos how long to wait, from now on
 * @param route which way it may take
 */
public record CallOptions(long timeoutNanos, Route route) {
  /** Which way a request may take. */
  public enum Route {
    /** An open link, or else a dial. */
    ANY,
    /** An open link only. */
    OPEN_LINK,
    /** A dial to the contact's addresses, though there is a link: to see whether it works. */
    FRESH_DIAL
  }
}
