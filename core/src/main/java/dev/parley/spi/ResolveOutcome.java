package dev.parley.spi;

/** How a search for addresses of a peer ended. */
public enum ResolveOutcome {
  /** There is an address. */
  FOUND,
  /** No resolver knows one. */
  UNKNOWN,
  /** A resolver failed before there was one. */
  FAILED,
  /** Nobody waits any more. */
  CANCELLED
}
