package dev.parley.delegation;

/**
 * Why a call was not let in. The caller does not learn it: all denials look the same to him, in
 * text, length and time.
 */
public enum Denial {
  /** There is no such function. */
  NO_FUNCTION,
  /** The grant is not one of this node's, or no longer kept. */
  NO_GRANT,
  /** The claim is no chain, or its parts do not belong together. */
  BAD_CHAIN,
  /** A part of it is not signed by its issuer. */
  BAD_SIGNATURE,
  /** It is not for this caller. */
  NOT_AUDIENCE,
  /** It does not name this function. */
  NOT_GRANTED,
  /** It does not hold yet. */
  NOT_YET,
  /** It does not hold any more. */
  EXPIRED,
  /** It was used as often as it may be. */
  EXHAUSTED,
  /** The grant or a delegation was revoked. */
  REVOKED,
  /** A condition does not hold. */
  CONDITION
}
