package dev.parley.links;

import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.util.context.Context;

/**
 * Errors that come when nobody waits for them any more, such as the end of a dial that lost its
 * race. By default Reactor logs each as an error with its stack trace, which would let a peer fill
 * the log; in this context it is logged at debug.
 */
public final class DroppedErrors {
  private static final Logger log = LoggerFactory.getLogger(DroppedErrors.class);
  private static final String KEY = "reactor.onErrorDropped.local"; // see Hooks.onErrorDropped

  /** A context with nothing else. */
  public static final Context CONTEXT = Context.of(KEY, (Consumer<Throwable>) DroppedErrors::log);

  private DroppedErrors() {}

  static void log(Throwable late) {
    log.debug("an error came late: {}", late.toString());
  }

  /** Adds it, unless somebody else looks after such errors. */
  public static Context addTo(Context context) {
    if (context.isEmpty()) {
      return CONTEXT;
    }
    return context.hasKey(KEY) ? context : context.putAll(CONTEXT.readOnly());
  }
}
