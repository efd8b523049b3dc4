package dev.parley.dht;

/** How a lookup ended. */
enum LookupEnd {
  /** With a record. */
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
