package dev.parley.carrier;

import dev.parley.AgentId;
import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.text.Printable;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what is a bug here, of a handler or of our own, at warn and with its stack trace. Since a
 * peer can trigger it with every message, that is done once in a minute for each place; those in
 * between are counted, and named with the next one or when the messenger ends. Thread-safe.
 */
public final class BugLog {
  /** How long a place is silent after a bug of it was logged. */
  public static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** How many places are told apart; the others share one entry. */
  public static final int MAX_PLACES = 256;

  private static final int MAX_TEXT = 200;
  private static final int MAX_CAUSES = 8;
  private static final String OTHERS = "(other places)";
  private static final Logger log = LoggerFactory.getLogger(BugLog.class);

  private final LongSupplier nanoClock;
  private final Map<String, Quiet> places = new HashMap<>(); // guarded by this

  /** With a monotonic clock in nanoseconds. */
  public BugLog(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /**
   * Logs a bug.
   *
   * @param place what failed
   * @param told what its caller learns of it
   */
  public void warn(String place, String told, Throwable bug) {
    int more = admit(place);
    if (more < 0) {
      return;
    }
    log.warn(
        "{} failed{}; its caller is told {}",
        place,
        more == 0 ? "" : ", and " + more + " more times since that was logged last",
        told,
        new Bug(bug, 0));
  }

  /**
   * What our own caller is told of a fault of ours, which is logged.
   *
   * @param what what failed
   */
  public MessagingException internal(
      String what, AgentId peer, Phase phase, Executed executed, Throwable fault) {
    warn(what, "INTERNAL", fault);
    return MessagingException.builder(FailureCode.INTERNAL, phase)
        .executed(executed)
        .peer(peer)
        .detail("a fault of this node, which is logged (" + fault.getClass().getSimpleName() + ")")
        .cause(fault)
        .build();
  }

  /** How many were left out before one that is to be logged; negative for one to be left out. */
  private synchronized int admit(String place) {
    long now = nanoClock.getAsLong();
    Quiet quiet = places.get(place);
    if (quiet == null) {
      quiet =
          places.computeIfAbsent(
              places.size() >= MAX_PLACES ? OTHERS : place, key -> new Quiet(now - PAUSE_NANOS));
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
  public void close() {
    Map<String, Quiet> left;
    synchronized (this) {
      left = Map.copyOf(places);
      places.clear();
    }
    left.forEach(
        (place, quiet) -> {
          if (quiet.more > 0) {
            log.warn("{} failed {} more times", place, quiet.more);
          }
        });
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
