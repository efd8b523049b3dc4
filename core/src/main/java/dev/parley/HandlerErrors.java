package dev.parley;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what a handler threw into what may travel: a code, and a text only where it chose one. */
final class HandlerErrors {
  private static final Logger log = LoggerFactory.getLogger(HandlerErrors.class);

  private HandlerErrors() {}

  static HandlerFailure toFailure(Throwable t) {
    if (t instanceof HandlerFailure f) {
      return f;
    }
    // Debug, since a peer can trigger it with every message; the metric counts it.
    log.debug("a handler failed", t);
    return HandlerFailure.of(FailureCode.REMOTE_FAILURE, null, t);
  }
}
