package dev.parley.messenger;

import dev.parley.AgentId;
import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.carrier.BugLog;
import dev.parley.spi.InteractionModel;
import dev.parley.text.Printable;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Turns what was not to be expected into what may be told: a code, and a text only where a handler
 * chose one. What nobody chose is a bug, of which the one who waits learns no more, so it is logged
 * here. Thread-safe.
 */
final class HandlerErrors {
  private static final int MAX_TEXT = 200;

  private final BugLog bugs;

  HandlerErrors(LongSupplier nanoClock) {
    bugs = new BugLog(nanoClock);
  }

  /** What the caller is told of {@code t}, which is logged where the handler did not choose it. */
  HandlerFailure toFailure(InteractionModel model, String route, Throwable t) {
    if (t instanceof HandlerFailure f) {
      return f;
    }
    bugs.warn("the handler of " + handled(model, route), "REMOTE_FAILURE without a text", t);
    return HandlerFailure.of(FailureCode.REMOTE_FAILURE, null, t);
  }

  /** What our own caller is told of a fault of ours. */
  MessagingException internal(
      String what, AgentId peer, Phase phase, Executed executed, Throwable t) {
    return bugs.internal(what, peer, phase, executed, t);
  }

  /** A subscriber has thrown where it must not, and is told what it threw, as an error. */
  void subscriberThrew(Throwable t) {
    bugs.warn("a subscriber of a call of ours", "what it threw", t);
  }

  void close() {
    bugs.close();
  }

  private static String handled(InteractionModel model, String route) {
    String name = model.name().toLowerCase(Locale.ROOT);
    return route.isEmpty()
        ? name + "s of the default route"
        : name + "s of route '" + Printable.of(route, MAX_TEXT) + "'";
  }
}
