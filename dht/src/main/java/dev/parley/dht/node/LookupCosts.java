package dev.parley.dht.node;

import dev.parley.dht.wire.Contact;

/** What a lookup needs to know of nodes: the time that answers take, and who has just come. */
public interface LookupCosts {
  /** The time until an answer, on average, with the opening of a link if there is none. */
  double expectedMillis(Contact contact);

  /** After what time an answer is late. */
  long softNanos(Contact contact);

  /** After what time a request has failed. */
  long hardNanos(Contact contact);

  /** Whether it counts as a holder of a listing; one that has just come gets an extra copy. */
  default boolean isSettled(Contact contact) {
    return true;
  }
}
