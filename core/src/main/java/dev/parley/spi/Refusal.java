package dev.parley.spi;

/** Why something of a peer's was refused, or came to nothing. */
public enum Refusal {
  /** This node has as many connections as it may. */
  MAX_CONNECTIONS,
  /** Peers of one network prefix have as many connections as they may. */
  MAX_CONNECTIONS_PER_PREFIX,
  /** As many handshakes are under way as may be. */
  MAX_HANDSHAKES,
  /** Peers of one network prefix have as many handshakes under way as they may. */
  MAX_HANDSHAKES_PER_PREFIX,
  /** Peers of one network prefix begin handshakes faster than they may. */
  HANDSHAKE_RATE_PER_PREFIX,
  /** A handshake failed; {@link NodeListener#handshake} says why. */
  HANDSHAKE,
  /** No handler is there for the route. */
  NO_RECEIVER,
  /** As many messages are with handlers as may be. */
  OVERLOADED,
  /** The deadline had passed before a handler had it. */
  EXPIRED
}
