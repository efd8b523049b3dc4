package dev.parley.carrier;

/** Why this side ends a link on purpose; the peer is told. */
public enum LinkEnd {
  /** The node stops. */
  SHUTDOWN,
  /** Another link to the same process of the peer stays. */
  DUPLICATE,
  /** The peer is not let in, or is this agent itself. */
  DENIED,
  /** The peer may come back later. */
  BUSY,
  /** The link has shown what it was opened for: that the peer can be reached there. */
  CHECKED,
  /** The peer gave no sign of life while another link of it did. */
  SILENT
}
