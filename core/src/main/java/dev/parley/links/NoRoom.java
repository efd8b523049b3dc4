package dev.parley.links;

import dev.parley.AgentResolver.Candidate;
import dev.parley.FailureCode;
import dev.parley.MessagingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;

/**
 * The addresses of a race whose node had no room for the connection, which are tried again after a
 * pause: many agents whose links were lost together come back together, and meet limits that are
 * there for strangers. The pauses double from 200 ms, with jitter, and make three seconds in all.
 * Confined to the lock of its race.
 */
final class NoRoom {
  private static final int MAX_ROUNDS = 4;
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final Duration LONGEST_ASKED = Duration.ofSeconds(2);

  private final LongUnaryOperator jitter;
  private final List<Candidate> turnedAway = new ArrayList<>(0);
  private int rounds;
  private long askedNanos;

  /**
   * @param jitter a random time from 0 to its argument, in nanoseconds
   */
  NoRoom(LongUnaryOperator jitter) {
    this.jitter = jitter;
  }

  /** Takes note of a dial that failed, if that was for want of room. */
  void failed(Candidate candidate, MessagingException e) {
    if (e.code() != FailureCode.OVERLOADED) {
      return;
    }
    turnedAway.add(candidate);
    Duration asked = e.retryAfter();
    if (asked != null) {
      Duration bounded = asked.compareTo(LONGEST_ASKED) < 0 ? asked : LONGEST_ASKED;
      askedNanos = Math.max(askedNanos, bounded.toNanos());
    }
  }

  /** How long to wait before they are tried again; negative where they are not. */
  long pauseNanos() {
    if (turnedAway.isEmpty() || rounds == MAX_ROUNDS) {
      return -1;
    }
    long half = (FIRST_PAUSE_NANOS << rounds++) / 2;
    return Math.max(askedNanos, half) + jitter.applyAsLong(half);
  }

  /** Those that are tried again now. */
  List<Candidate> take() {
    List<Candidate> all = List.copyOf(turnedAway);
    turnedAway.clear();
    askedNanos = 0;
    return all;
  }
}
