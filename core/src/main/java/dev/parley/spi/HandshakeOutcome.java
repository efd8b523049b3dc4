package dev.parley.spi;

/** How a handshake ended; a local fact, of which the peer is told nothing. */
public enum HandshakeOutcome {
  /** Both sides have proved their keys. */
  OK,

  // ---- of a handshake that this node began

  /** The peer has too many under way. */
  BUSY,
  /** This node has too many under way. */
  BUSY_HERE,
  /** The peer does not allow the suite that this node dials with. */
  UNSUPPORTED_SUITE,
  /** What answered does not speak Parley. */
  NOT_PARLEY,
  /** The connection broke off. */
  BROKEN_OFF,

  // ---- of one that a peer began

  /** The peer disconnected. */
  DISCONNECTED,
  /** The first message does not start with the magic of this version. */
  BAD_MAGIC,
  /** The first message carries a flag that this version does not know. */
  BAD_FLAGS,
  /** The first message is not addressed to this agent in this network. */
  BAD_MAC1,
  /** The first message names a suite that does not exist. */
  UNKNOWN_SUITE,
  /** The first message names a suite that this node does not permit. */
  SUITE_NOT_ALLOWED,
  /** The peer's agent id is not a canonical key of prime order. */
  INVALID_IDENTITY,

  // ---- of either

  /** A message has a length that is not legal in this step. */
  BAD_LENGTH,
  /** The header of the answer is malformed. */
  BAD_HEADER,
  /** A message does not decrypt, or a key agreement failed. */
  NOISE_FAILURE,
  /** A message is authentic, but its fields are malformed. */
  BAD_PAYLOAD,
  /** The peer did not prove the key that it should have. */
  IDENTITY_MISMATCH,
  /** It took too long. */
  TIMEOUT,
  /** A fault of this node's own, which is logged. */
  INTERNAL_ERROR
}
