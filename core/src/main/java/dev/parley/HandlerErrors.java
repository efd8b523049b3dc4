package dev.parley;

import dev.parley.spi.InteractionModel;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns what a handler threw into what may travel: a code, and a text only where it chose one.
 *
 * <p>What it did not choose is a bug, of which its caller learns nothing, so it is logged here, at
 * warn and with its stack trace. Since a peer can trigger it with every message, that is done once
 * in a minute for each route; those in between are counted, and named with the next one or when the
 * messenger ends. Thread-safe.
 */
final class HandlerErrors {
  static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** How many routes are told apart; the others share one entry. */
  static final int MAX_ROUTES = 256;

  private static final int MAX_TEXT = 200;
  private static final int MAX_CAUSES = 8;
  private static final String OTHERS = "(other routes)";
  private static final Logger log = LoggerFactory.getLogger(HandlerErrors.class);

  private final LongSupplier nanoClock;
  private final Map<Handled, Quiet> routes = new HashMap<>(); // guarded by this

  HandlerErrors(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** What the caller is told of {@code t}, which is logged where the handler did not choose it. */
  HandlerFailure toFailure(InteractionModel model, String route, Throwable t) {
    if (t instanceof HandlerFailure f) {
      return f;
    }
    bug(new Handled(model, route), t);
    return HandlerFailure.of(FailureCode.REMOTE_FAILURE, null, t);
  }

  private void bug(Handled handled, Throwable t) {
    int more = admit(handled);
    if (more < 0) {
      return;
    }
    log.warn(
        "the handler of {} failed{}; its caller is told REMOTE_FAILURE without a text",
        handled,
        more == 0 ? "" : ", and " + more + " more times since that was logged last",
        new Bug(t, 0));
  }

  /** How many were left out before one that is to be logged; negative for one to be left out. */
  private synchronized int admit(Handled handled) {
    long now = nanoClock.getAsLong();
    Quiet quiet = routes.get(handled);
    if (quiet == null) {
      boolean full = routes.size() >= MAX_ROUTES;
      quiet =
          routes.computeIfAbsent(
              full ? new Handled(handled.model(), OTHERS) : handled,
              key -> new Quiet(now - PAUSE_NANOS));
    }
    if (now - quiet.sinceNanos < PAUSE_NANOS) {
      quiet.more++;
      return -1;
    }
    int more = quiet.more;
    quiet.sinceNanos = now;
    quiet.more = 0;
    return more;
  }

  /** Names what was left out and had no later one to be named with. */
  void close() {
    Map<Handled, Quiet> left;
    synchronized (this) {
      left = Map.copyOf(routes);
      routes.clear();
    }
    left.forEach(
        (handled, quiet) -> {
          if (quiet.more > 0) {
            log.warn("the handler of {} failed {} more times", handled, quiet.more);
          }
        });
  }

  private record Handled(InteractionModel model, String route) {
    @Override
    public String toString() {
      String name = model.name().toLowerCase(java.util.Locale.ROOT);
      return route.isEmpty()
          ? name + "s of the default route"
          : name + "s of route '" + Printable.of(route, MAX_TEXT) + "'";
    }
  }

  private static final class Quiet {
    long sinceNanos;
    int more;

    Quiet(long sinceNanos) {
      this.sinceNanos = sinceNanos;
    }
  }

  /** What is logged of a throwable: its text may quote a message, and break the log's lines. */
  private static final class Bug extends Throwable {
    private static final long serialVersionUID = 1L;

    Bug(Throwable t, int depth) {
      super(
          described(t),
          t.getCause() == null || depth >= MAX_CAUSES ? null : new Bug(t.getCause(), depth + 1),
          false,
          true);
      setStackTrace(t.getStackTrace());
    }

    private static String described(Throwable t) {
      String name = t.getClass().getName();
      String text = t.getMessage();
      return text == null ? name : name + ": " + Printable.of(text, MAX_TEXT);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }
}
