package dev.parley.transport.session;

/** Why a handshake is refused; a local fact for metrics, never told to the peer. */
public enum RefusalReason {
  /** A message has a length that is not legal in this step. */
  BAD_LENGTH,
  /** The first message does not start with the magic of this protocol. */
  BAD_MAGIC,
  /** The first message is addressed to this agent, but is one of another version. */
  OTHER_VERSION,
  /** The first message carries a flag that this version does not know. */
  BAD_FLAGS,
  /** The first message is not addressed to this agent in this network. */
  BAD_MAC1,
  /** The first message came before: somebody has recorded it. */
  REPLAYED,
  /**
   * The first message is of another time: the clock of one side is wrong, or somebody has recorded
   * it.
   */
  CLOCK_SKEW,
  /** The first message is addressed to this agent, but names a suite that does not exist. */
  UNKNOWN_SUITE,
  /** The first message names a suite that the policy does not permit. */
  SUITE_NOT_ALLOWED,
  /** The header of the answer is malformed. */
  BAD_HEADER,
  /** A Noise message does not decrypt, or a key agreement failed. */
  NOISE_FAILURE,
  /** A Noise message is authentic, but its fields are malformed. */
  BAD_PAYLOAD,
  /** The initiator's agent id is not a canonical key of prime order. */
  INVALID_IDENTITY,
  /** The initiator's agent id does not belong to the key that it proved to hold. */
  IDENTITY_MISMATCH
}
