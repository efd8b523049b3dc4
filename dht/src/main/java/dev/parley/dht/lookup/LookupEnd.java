package dev.parley.dht.lookup;

/** How a lookup ended. */
public enum LookupEnd {
  /** With a listing. */
  FOUND,
  /** Everyone near has answered. */
  COMPLETE,
  /** Nobody answered at all. */
  NOBODY,
  /** The time was up. */
  TIMEOUT,
  /** The number of requests was used up. */
  REQUESTS
}
