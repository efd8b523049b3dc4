package dev.parley.transport.rsocket.link;

import dev.parley.transport.session.CloseCode;
import dev.parley.transport.session.ControlRecord;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The life of a link from its first frame to its end: a state machine that is told what happened
 * and what time it is, and says what is to be done. It does no I/O and has no clock.
 *
 * <pre>
 *          goAway, peerGoesAway        quiet, limit          the peer's CLOSE, limit
 *   OPEN ───────────────────────► DRAINING ───────► CLOSING ────────────────────────► CUT
 *     │ close                         │ close          ▲                               ▲ │
 *     ├───────────────────────────────┴────────────────┘                               │ │ ended
 *     └─ a fault, or the peer's CLOSE, of OPEN and DRAINING ───────────────────────────┘ ▼
 *                                       (ended, from any state) ───────────────────► CLOSED
 * </pre>
 *
 * <p>Its methods are of three kinds. <em>Events</em> return the {@link Action} that is to be
 * performed now: {@link #goAway}, {@link #peerGoesAway}, {@link #quiet}, {@link #close}, {@link
 * #cut}, {@link #peerClosed}, {@link #ended}. <em>Time</em> is told with {@link #tick}, at the
 * latest at {@link #wakeUpNanos}. All others are <em>questions</em>.
 *
 * <p>An event that comes too late is no fault: it returns {@link Action#NONE}. The first reason to
 * end stays the reason.
 *
 * <p>Confined to the event loop, but for {@link #isOpen}, {@link #isAdmitted} and {@link #reason}.
 * On the loop the plain field is read, since a link looks at its state for every frame.
 */
final class LinkLife {
  /** No time: nothing is due. */
  static final long NEVER = Long.MAX_VALUE;

  /** How far a link has come. */
  enum State {
    /** Requests go both ways. */
    OPEN,
    /** One side takes no new requests, or both; frames go on. */
    DRAINING,
    /** CLOSE was sent, and the peer's is awaited: its frames are read and dropped. */
    CLOSING,
    /** The connection is being closed: nothing is read or written. */
    CUT,
    /** The connection is gone. */
    CLOSED
  }

  /** What is to be done after an event. */
  enum Action {
    /** Nothing. */
    NONE,
    /** Refuse new requests, and send GOAWAY. */
    SEND_GOAWAY,
    /** Send CLOSE with {@link #closeCode()}. */
    SEND_CLOSE,
    /** Answer the peer's CLOSE, and close the connection behind it. */
    ANSWER_CLOSE,
    /** Close the connection. */
    CUT,
    /** Reset the connection: the peer has not answered our CLOSE in time. */
    RESET,
    /** Tell the owner that nothing was asked or answered for too long. */
    TELL_IDLE,
    /** Release everything, and tell everybody who waits. */
    TEAR_DOWN
  }

  private final long idleNanos;
  private final long closeNanos;
  private State state = State.OPEN;
  private boolean peerDrains;
  private @Nullable CloseReason drainReason; // for an end with nothing left to run
  private @Nullable CloseReason limitReason; // for an end at the limit
  private @Nullable CloseCode closeCode;
  private long wakeUpNanos = NEVER;
  private volatile boolean admitted; // whether either side may have handled a request
  private volatile boolean open = true; // OPEN or DRAINING, for other threads
  private volatile @Nullable CloseReason reason;

  /**
   * @param idle after which an unused link is told of
   * @param close how long the peer may take to answer our CLOSE
   */
  LinkLife(Duration idle, Duration close) {
    this.idleNanos = idle.toNanos();
    this.closeNanos = close.toNanos();
  }

  // ---- events

  /**
   * This side takes no new requests.
   *
   * @param limitNanos when the link closes although something runs
   */
  Action goAway(CloseReason why, long limitNanos) {
    Action action = drain(why);
    if (state == State.DRAINING && isBefore(limitNanos, wakeUpNanos)) {
      wakeUpNanos = limitNanos;
      limitReason = why;
    }
    return action;
  }

  /** The peer takes no new requests; neither does this side from now on. */
  Action peerGoesAway() {
    Action action = drain(CloseReason.PEER_GOING_AWAY);
    peerDrains |= state == State.DRAINING;
    return action;
  }

  private Action drain(CloseReason why) {
    if (state != State.OPEN) {
      return Action.NONE;
    }
    state = State.DRAINING;
    drainReason = why;
    return Action.SEND_GOAWAY;
  }

  /** The peer may handle requests from now on: it was accepted, or has said READY. */
  void admitted() {
    admitted = true;
  }

  /** Nothing runs any more, and nothing waits to be written. */
  Action quiet(long nowNanos) {
    CloseReason why = drainReason;
    return isFinishing() && why != null ? close(why, why.code(), nowNanos) : Action.NONE;
  }

  /** This side closes; without a word to the peer where {@code code} is null. */
  Action close(CloseReason why, @Nullable CloseCode code, long nowNanos) {
    if (!open) {
      return Action.NONE;
    }
    if (code == null) {
      return cut(why);
    }
    end(State.CLOSING, why);
    closeCode = code;
    wakeUpNanos = nowNanos + closeNanos;
    return Action.SEND_CLOSE;
  }

  /** Something went wrong with the connection. */
  Action cut(CloseReason why) {
    if (isOver()) {
      return Action.NONE;
    }
    end(State.CUT, why);
    return Action.CUT;
  }

  /** The peer says CLOSE. */
  Action peerClosed(ControlRecord.Close close) {
    boolean first = open;
    Action action = cut(CloseReason.byPeer(close));
    return first ? Action.ANSWER_CLOSE : action;
  }

  /** The connection is gone; without a CLOSE of either side it was truncated. */
  Action ended() {
    if (state == State.CLOSED) {
      return Action.NONE;
    }
    end(State.CLOSED, CloseReason.TRUNCATED);
    return Action.TEAR_DOWN;
  }

  private void end(State next, CloseReason why) {
    if (reason == null) {
      reason = why;
    }
    open = false;
    if (state != State.CLOSING || next == State.CLOSED) {
      wakeUpNanos = NEVER; // a connection may be slow to close: what is due then is still due
    }
    state = next;
  }

  // ---- time

  /**
   * Tells the time.
   *
   * @param unusedNanos for how long nothing was asked or answered, 0 while something runs
   */
  Action tick(long nowNanos, long unusedNanos) {
    if (state == State.OPEN) {
      return unusedNanos >= idleNanos ? Action.TELL_IDLE : Action.NONE;
    }
    if (wakeUpNanos == NEVER || isBefore(nowNanos, wakeUpNanos)) {
      return Action.NONE;
    }
    CloseReason why = limitReason;
    if (state == State.DRAINING && why != null) {
      return close(why, why.code(), nowNanos);
    }
    state = State.CUT;
    wakeUpNanos = NEVER;
    return Action.RESET;
  }

  /** When {@link #tick} is due at the latest, or {@link #NEVER}. */
  long wakeUpNanos() {
    return wakeUpNanos;
  }

  private static boolean isBefore(long nanos, long other) {
    return nanos != NEVER && (other == NEVER || nanos - other < 0);
  }

  // ---- questions

  State state() {
    return state;
  }

  /** Whether frames may go. Any thread. */
  boolean isOpen() {
    return open;
  }

  /** Whether the peer may have handled a request. Any thread. */
  boolean isAdmitted() {
    return admitted;
  }

  /** Why the link ended or is about to, if it does. Any thread. */
  @Nullable CloseReason reason() {
    return reason;
  }

  /** Whether requests of ours may go: behind a GOAWAY or CLOSE of either side they may not. */
  boolean takesRequests() {
    return state == State.OPEN;
  }

  /** Whether the link ends as soon as it is {@linkplain #quiet quiet}. */
  boolean isFinishing() {
    return state == State.DRAINING && peerDrains;
  }

  /** Whether the connection is being closed, or gone: what comes is not read. */
  boolean isOver() {
    return state.compareTo(State.CUT) >= 0;
  }

  /** What our CLOSE says, behind {@link Action#SEND_CLOSE}. */
  CloseCode closeCode() {
    return closeCode == null ? CloseCode.NORMAL : closeCode;
  }
}
