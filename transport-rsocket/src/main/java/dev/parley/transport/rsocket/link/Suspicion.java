package dev.parley.transport.rsocket.link;

import java.util.concurrent.TimeUnit;

/**
 * Decides whether a link on which answers are owed may be given new requests: a state machine over
 * times that are told to it, without I/O or clock. The peer's process may be frozen, or the way to
 * it cut without a word, long before {@link Liveness} gives the link up. Confined to the event
 * loop.
 *
 * <pre>
 *             asked              a second of silence       another second
 *   RESTING ─────────► WATCHING ─────────────────► PINGED ───────────────► SUSPECT
 *      ▲  something came  │                           │                       │
 *      └──────────────────┴───────────────────────────┴───────────────────────┘
 * </pre>
 *
 * <p>Any byte that arrives is a sign of life. A link that is asked nothing is not looked at, so
 * that one at rest costs no timer. A look that comes late says that this process stood still: what
 * has arrived meanwhile may not have been read, and the second begins anew.
 */
final class Suspicion {
  /** How long a peer may be silent before it is asked for a sign of life, and again after that. */
  static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** How often a suspect link is looked at. */
  static final long SUSPECT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /** What is to be done, now. */
  enum Action {
    /** Nothing. */
    NONE,
    /** Send a PING. */
    PING,
    /** Tell that the link is suspect. */
    SUSPECT,
    /** Tell that it is not any more. */
    TRUST
  }

  private enum State {
    RESTING,
    WATCHING,
    PINGED,
    SUSPECT
  }

  private State state = State.RESTING;
  private long silentSinceNanos; // an answer is owed since then, or a PONG
  private long askedNanos;
  private long dueNanos;

  /**
   * Something went out while answers are owed.
   *
   * @return whether {@link #look} is to be called from now on, at {@link #dueNanos()}
   */
  boolean asked(long nowNanos) {
    askedNanos = nowNanos;
    if (state != State.RESTING) {
      return false;
    }
    watch(nowNanos);
    return true;
  }

  private void watch(long sinceNanos) {
    state = State.WATCHING;
    silentSinceNanos = sinceNanos;
    dueNanos = sinceNanos + PATIENCE_NANOS;
  }

  /**
   * Looks at the link.
   *
   * @param readNanos when something last arrived
   */
  Action look(long nowNanos, long readNanos) {
    if (nowNanos - dueNanos < 0) {
      return Action.NONE;
    }
    if (readNanos - silentSinceNanos >= 0) {
      return heard(readNanos);
    }
    if (state == State.SUSPECT) {
      dueNanos = nowNanos + SUSPECT_NANOS;
      return Action.NONE;
    }
    boolean late = nowNanos - dueNanos >= LATE_NANOS;
    dueNanos = nowNanos + PATIENCE_NANOS;
    if (late) {
      return Action.NONE;
    }
    if (state == State.WATCHING) {
      state = State.PINGED;
      silentSinceNanos = nowNanos;
      return Action.PING;
    }
    state = State.SUSPECT;
    dueNanos = nowNanos + SUSPECT_NANOS;
    return Action.SUSPECT;
  }

  private Action heard(long readNanos) {
    Action action = state == State.SUSPECT ? Action.TRUST : Action.NONE;
    if (askedNanos - readNanos > 0) {
      watch(askedNanos);
    } else {
      state = State.RESTING;
    }
    return action;
  }

  /** Whether {@link #look} is to be called again. */
  boolean isWatching() {
    return state != State.RESTING;
  }

  /** When {@link #look} is due, while it {@linkplain #isWatching is watching}. */
  long dueNanos() {
    return dueNanos;
  }
}
