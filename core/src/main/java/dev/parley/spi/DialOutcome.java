package dev.parley.spi;

/** How a dial to one address ended, before any handshake. */
public enum DialOutcome {
  /** There is a connection. */
  CONNECTED,
  /** Nothing listens at the address. */
  REFUSED,
  /** No connection came about in time. */
  TIMEOUT,
  /** There is no route to the address. */
  NO_ROUTE,
  /** The host name does not resolve. */
  UNKNOWN_HOST,
  /** What listens there does not speak WebSocket. */
  NOT_WEBSOCKET,
  /** Something else. */
  FAILED
}
