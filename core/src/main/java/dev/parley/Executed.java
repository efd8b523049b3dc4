package dev.parley;

/** Whether the peer's handler ran for a message that failed. */
public enum Executed {
  /** It did not and will not: sending again is safe. */
  NO,
  /** It may have: send again only what is harmless twice. */
  UNKNOWN,
  /** It did. */
  YES
}
